package fp8sim.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PhaseSamplerTest {
  /** A class in a package that the sampler does not know would count as no work at all. */
  @Test
  void knowsEveryClassOfAPhase() {
    List<String> declared =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(rootPackage())
                .stream()
                .filter(type -> type.isAnnotatedWith(InPhase.class) && !isOfThisTest(type))
                .map(JavaClass::getName)
                .toList();
    assertThat(declared).hasSizeGreaterThan(20).allMatch(PhaseSampler::isOurs);
    assertThat(PhaseSampler.isOurs("java.lang.String")).isFalse();
  }

  private static boolean isOfThisTest(JavaClass type) {
    return type.getName().startsWith(PhaseSamplerTest.class.getName());
  }

  private static final class Plain {}

  @InPhase(Phase.PRODUCTS)
  private static final class Products {}

  @InPhase(Phase.QUANTIZATION)
  private static final class Quantization {}

  @InPhase(Phase.WAITING)
  private static final class Waiting {}

  /** Cannot be initialized, like the generated kernels of which only hidden copies run. */
  @InPhase(Phase.PRODUCTS)
  private static final class Hidden {
    static {
      fail("initialized");
    }
  }

  @Test
  void classesAreNotInitialized() {
    assertThat(phase(Hidden.class)).isEqualTo(Phase.PRODUCTS);
  }

  private static Phase phase(Class<?>... innermostFirst) {
    return new PhaseSampler().phase(Stream.of(innermostFirst).map(Class::getName).toList());
  }

  /** A sample belongs to the innermost class that declares a phase. */
  @Test
  void theInnermostDeclarationDecides() {
    assertThat(phase(Plain.class, Quantization.class, Products.class))
        .isEqualTo(Phase.QUANTIZATION);
    assertThat(phase(Products.class, Quantization.class)).isEqualTo(Phase.PRODUCTS);
    assertThat(phase(Plain.class, Plain.class)).isEqualTo(Phase.OTHER);
    assertThat(phase(Waiting.class, Products.class)).isEqualTo(Phase.WAITING);
    assertThat(phase(Plain.class, Waiting.class, Products.class)).isEqualTo(Phase.PRODUCTS);
  }

  private static String rootPackage() {
    String name = PhaseSampler.class.getPackageName();
    return name.substring(0, name.indexOf('.'));
  }
}
