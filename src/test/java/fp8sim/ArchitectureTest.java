package fp8sim;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keeps the layers: who may import whom, and which library belongs to which package. */
class ArchitectureTest {
  private static final String ROOT = "fp8sim";

  /** Each layer and all layers that it may import. */
  private static final Map<String, Set<String>> LAYERS = layers();

  private static JavaClasses classes;

  private static Map<String, Set<String>> layers() {
    Map<String, Set<String>> layers = new HashMap<>();
    layers.put("format", Set.of());
    layers.put("tensor", Set.of());
    layers.put("multiplier", Set.of("format"));
    layers.put("quant", Set.of("format", "tensor"));
    layers.put("graph", Set.of("quant", "tensor"));
    layers.put("numerics", Set.of("format", "multiplier", "quant"));
    layers.put("onnx", Set.of("graph", "tensor"));
    layers.put("pass", Set.of("graph", "numerics", "quant", "format", "tensor"));
    layers.put("plan", Set.of("graph", "numerics", "quant", "format", "multiplier", "tensor"));
    layers.put("kernel", with(layers, "plan"));
    layers.put("kernel.reference", with(layers, "kernel"));
    layers.put("kernel.simd", with(layers, "kernel", "kernel.reference"));
    layers.put("kernel.tornado", with(layers, "kernel", "kernel.reference"));
    layers.put("data", Set.of("tensor"));
    layers.put("model", Set.of("graph", "data", "tensor"));
    layers.put("engine", with(layers, "model", "onnx", "pass", "plan", "kernel"));
    layers.put("eval", Set.of("engine", "model", "data", "numerics", "quant", "tensor"));
    layers.put(
        "analysis",
        Set.of("eval", "engine", "numerics", "multiplier", "format", "quant", "tensor"));
    layers.put(
        "experiment",
        Set.of("analysis", "eval", "engine", "data", "numerics", "multiplier", "format"));
    layers.put(
        "report", Set.of("experiment", "analysis", "eval", "numerics", "multiplier", "format"));
    layers.put("cli", new TreeSet<>(layers.keySet()));
    return layers;
  }

  /** The named layers and what they import. */
  private static Set<String> with(Map<String, Set<String>> layers, String... names) {
    Set<String> all = new TreeSet<>(List.of(names));
    for (String name : names) {
      all.addAll(layers.get(name));
    }
    return all;
  }

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    assertThat(classes).isNotEmpty();
  }

  @Test
  void layersImportOnlyWhatTheTableAllows() {
    LAYERS.forEach(
        (layer, allowed) ->
            noClasses()
                .that(areIn(layer))
                .should()
                .dependOnClassesThat(areInOtherLayersThan(layer, allowed))
                .because(
                    "docs/architecture.md allows " + layer + " to import " + new TreeSet<>(allowed))
                .allowEmptyShould(true)
                .check(classes));
  }

  @Test
  void theRootPackageImportsNoLayer() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".*..")
        .check(classes);
  }

  @Test
  void everyPackageIsInTheTable() {
    assertThat(packages())
        .filteredOn(name -> !name.equals(ROOT))
        .allSatisfy(name -> assertThat(layerOf(name)).isNotEmpty());
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(packages())
        .allSatisfy(
            name -> {
              JavaPackage javaPackage = classes.getPackage(name);
              assertThat(javaPackage.isAnnotatedWith(NullMarked.class)).isTrue();
            });
  }

  @Test
  void formatAndTensorUseTheJdkOnly() {
    noClasses()
        .that(areIn("format").or(areIn("tensor")))
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("java..", "jdk..", "org.jspecify..", ROOT + "..")
        .check(classes);
  }

  @Test
  void onlySimdImportsTheVectorApi() {
    libraryBelongsTo("jdk.incubator.vector..", "kernel.simd");
  }

  @Test
  void onlyOnnxImportsProtobuf() {
    libraryBelongsTo("com.google.protobuf..", "onnx");
    libraryBelongsTo("ai.onnx..", "onnx");
  }

  @Test
  void onlyTheReferenceImportsEjml() {
    libraryBelongsTo("org.ejml..", "kernel.reference");
  }

  @Test
  void onlyTheCommandLineImportsItsLibraries() {
    libraryBelongsTo("org.apache.commons.cli..", "cli");
    libraryBelongsTo("me.tongfei..", "cli");
  }

  @Test
  void onlyTornadoImportsTornadoVm() {
    libraryBelongsTo("uk.ac.manchester.tornado..", "kernel.tornado");
  }

  @Test
  void theLauncherNeedsNothing() {
    noClasses()
        .that()
        .haveFullyQualifiedName(ROOT + ".Launcher")
        .should()
        .dependOnClassesThat(
            describe(
                "are outside the JDK",
                type ->
                    !type.getPackageName().startsWith("java.")
                        && !type.getBaseComponentType().isPrimitive()
                        && !type.getName().startsWith(ROOT + ".Launcher")))
        .check(classes);
  }

  /** Elsewhere, a name that cannot be a path here would be an internal error. */
  @Test
  void onlyUserPathMakesPathsOfTexts() {
    // The others have paths of their own, whatever a user writes.
    Set<String> own =
        Set.of(
            "UserPath",
            "OutputFile",
            "ConsoleProgress",
            "ClassesInMemory",
            "AnalyzeCommand",
            "FilePaths",
            "SourceProcess");
    noClasses()
        .that(describe("have no paths of their own", type -> !own.contains(type.getSimpleName())))
        .should()
        .callMethod(Path.class, "of", String.class, String[].class)
        .orShould()
        .callMethod(Paths.class, "get", String.class, String[].class)
        .orShould()
        .callConstructor(File.class, String.class)
        .check(classes.that(describe("use fp8sim", t -> !t.getName().equals(ROOT + ".Launcher"))));
  }

  private static void libraryBelongsTo(String library, String layer) {
    noClasses()
        .that(DescribedPredicate.not(areIn(layer)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .because(library + " belongs to " + layer)
        .check(classes);
  }

  private static DescribedPredicate<JavaClass> areIn(String layer) {
    return describe("are in " + layer, type -> layerOf(type.getPackageName()).equals(layer));
  }

  private static DescribedPredicate<JavaClass> areInOtherLayersThan(
      String layer, Set<String> allowed) {
    return describe(
        "are in other layers",
        type -> {
          String other = layerOf(type.getPackageName());
          return !other.isEmpty() && !other.equals(layer) && !allowed.contains(other);
        });
  }

  /** The layer with the longest name that {@code packageName} is or lies in; empty if none. */
  private static String layerOf(String packageName) {
    return LAYERS.keySet().stream()
        .filter(layer -> (packageName + ".").startsWith(ROOT + "." + layer + "."))
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }

  private static Set<String> packages() {
    Set<String> names = new TreeSet<>();
    classes.forEach(type -> names.add(type.getPackageName()));
    return names;
  }
}
