package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import fp8sim.kernel.InPhase;
import java.util.List;
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
                .filter(type -> type.isAnnotatedWith(InPhase.class))
                .map(JavaClass::getName)
                .toList();
    assertThat(declared).hasSizeGreaterThan(20).allMatch(PhaseSampler::isOurs);
    assertThat(PhaseSampler.isOurs("java.lang.String")).isFalse();
  }

  private static String rootPackage() {
    String name = PhaseSampler.class.getPackageName();
    return name.substring(0, name.indexOf('.'));
  }
}
