package fp8sim;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.File;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keeps the layers: who may import whom, and which library belongs to which package. */
class ArchitectureTest {
  private static final String ROOT = "fp8sim";

  /** Where builds put the classes of tests, that with TornadoVM included. */
  private static final Pattern TESTS = Pattern.compile(".*/target/[a-z-]*test-[a-z-]*classes/.*");

  /** Each layer and all layers that it may import. */
  private static final Map<String, Set<String>> LAYERS = layers();

  private static JavaClasses classes;

  private static Map<String, Set<String>> layers() {
    Map<String, Set<String>> layers = new HashMap<>();
    layers.put("common", Set.of());
    layers.put("tensor", with(layers, "common"));
    layers.put("npy", with(layers, "tensor"));
    layers.put("image", with(layers, "tensor"));
    layers.put("format", with(layers, "common"));
    layers.put("multiplier", with(layers, "format"));
    layers.put("multiplier.sum", with(layers, "multiplier"));
    layers.put("multiplier.measure", with(layers, "multiplier"));
    layers.put("multiplier.user", with(layers, "multiplier"));
    layers.put("multiplier.user.syntax", with(layers, "common"));
    layers.put("multiplier.user.c", with(layers, "multiplier.user", "multiplier.user.syntax"));
    layers.put("multiplier.model", with(layers, "multiplier.user.c"));
    layers.put("quant", with(layers, "format", "tensor"));
    layers.put("graph", with(layers, "tensor", "quant"));
    layers.put("numerics", with(layers, "multiplier.model", "multiplier.sum", "quant"));
    layers.put("model", with(layers, "graph", "image"));
    layers.put("onnx.composite", with(layers, "graph"));
    layers.put("onnx", with(layers, "onnx.composite"));
    layers.put("pass.infer", with(layers, "graph"));
    layers.put("pass.rewrite", with(layers, "pass.infer"));
    layers.put("pass.quantize", with(layers, "pass.rewrite", "numerics"));
    layers.put("plan", with(layers, "graph", "numerics"));
    layers.put("kernel", with(layers, "plan"));
    layers.put("kernel.reference", with(layers, "kernel"));
    layers.put("kernel.simd.vector", with(layers, "kernel.reference"));
    layers.put("kernel.simd.epilogue", with(layers, "kernel.simd.vector"));
    layers.put("kernel.simd.gemm", with(layers, "kernel.simd.epilogue"));
    layers.put("kernel.simd.conv", with(layers, "kernel.simd.gemm"));
    layers.put("kernel.simd.product", with(layers, "kernel.simd.vector"));
    layers.put("kernel.simd.coded", with(layers, "kernel.simd.conv", "kernel.simd.product"));
    layers.put("kernel.simd.depthwise", with(layers, "kernel.simd.coded"));
    layers.put("kernel.simd.significand", with(layers, "kernel.simd.coded"));
    layers.put("kernel.simd.register", with(layers, "kernel.simd.coded"));
    layers.put("kernel.simd.sequential", with(layers, "kernel.simd.coded"));
    layers.put(
        "kernel.simd",
        with(
            layers,
            "kernel.simd.significand",
            "kernel.simd.register",
            "kernel.simd.depthwise",
            "kernel.simd.sequential"));
    layers.put("kernel.tornado.device", with(layers, "kernel.reference"));
    layers.put("kernel.tornado.lower", with(layers, "kernel.tornado.device"));
    layers.put("kernel.tornado", with(layers, "kernel.tornado.lower"));
    layers.put("engine", with(layers, "onnx", "pass.quantize", "kernel", "model"));
    layers.put("exchange", with(layers, "engine"));
    layers.put("conformance", with(layers, "engine"));
    layers.put("data.source", with(layers, "npy", "image"));
    layers.put("data", with(layers, "data.source", "model"));
    layers.put("eval", with(layers, "engine", "data"));
    layers.put("analysis", with(layers, "eval"));
    layers.put("run", with(layers, "eval"));
    layers.put("experiment", with(layers, "analysis", "run"));
    layers.put("report", with(layers, "experiment", "multiplier.measure"));
    layers.put("bench", with(layers, "engine", "npy"));
    layers.put("launch", with(layers, "engine"));
    layers.put("cli.frame", with(layers, "experiment", "multiplier.measure"));
    layers.put("cli.option", with(layers, "cli.frame", "report"));
    layers.put(
        "cli.command", with(layers, "cli.option", "bench", "launch", "conformance", "exchange"));
    layers.put("cli", with(layers, "cli.command"));
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
            .withImportOption(location -> !location.matches(TESTS))
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
  void everyClassIsInARoom() {
    assertThat(classes)
        .filteredOn(type -> type.getPackageName().equals(ROOT))
        .allSatisfy(type -> assertThat(type.getSimpleName()).isEqualTo("package-info"));
  }

  @Test
  void everyPackageIsInTheTable() {
    assertThat(packages())
        .filteredOn(name -> !name.equals(ROOT))
        .allSatisfy(name -> assertThat(ROOT + "." + layerOf(name)).isEqualTo(name));
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
  void onlyReadersOfUsersTextImportAntlr() {
    libraryBelongsTo("org.antlr..", "multiplier.user");
  }

  @Test
  void onlyTornadoImportsTornadoVm() {
    libraryBelongsTo("uk.ac.manchester.tornado..", "kernel.tornado");
  }

  @Test
  void theLauncherNeedsNothing() {
    noClasses()
        .that()
        .haveFullyQualifiedName(ROOT + ".launch.Launcher")
        .should()
        .dependOnClassesThat(
            describe(
                "are outside the JDK",
                type ->
                    !type.getPackageName().startsWith("java.")
                        && !type.getBaseComponentType().isPrimitive()
                        && !type.getName().startsWith(ROOT + ".launch.Launcher")))
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
            "Machine",
            "SourceProcess");
    noClasses()
        .that(describe("have no paths of their own", type -> !own.contains(type.getSimpleName())))
        .should()
        .callMethod(Path.class, "of", String.class, String[].class)
        .orShould()
        .callMethod(Paths.class, "get", String.class, String[].class)
        .orShould()
        .callConstructor(File.class, String.class)
        .check(
            classes.that(
                describe("use fp8sim", t -> !t.getName().equals(ROOT + ".launch.Launcher"))));
  }

  private static void libraryBelongsTo(String library, String layer) {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "." + layer + "..")
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
