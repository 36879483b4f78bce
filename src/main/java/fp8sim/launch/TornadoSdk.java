package fp8sim.launch;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import fp8sim.common.Versions;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An installed TornadoVM, found by {@code TORNADOVM_HOME}, and how a JVM starts with it.
 *
 * @param home the SDK's folder, with {@code lib}, {@code share} and {@code etc}
 */
record TornadoSdk(Path home) {
  /** The drivers with an argument file in {@code tornado-config/}, the preferred one first. */
  static final List<String> DRIVERS = List.of("ptx", "opencl");

  private static final String VARIABLE = "TORNADOVM_HOME";
  private static final Set<String> MODULE_PATHS = Set.of("--module-path", "--upgrade-module-path");

  /** The only release of Java that this TornadoVM runs on; its version ends with it. */
  private static final int JAVA = Integer.parseInt(Versions.TORNADO.replaceFirst(".*-jdk", ""));

  /**
   * The SDK of this machine.
   *
   * @throws Fp8simException (backend) if there is none, or this Java cannot run it
   */
  static TornadoSdk find() {
    String home = System.getenv(VARIABLE);
    if (home == null || home.isEmpty()) {
      throw unusable(
          "%s is not set; install TornadoVM %s and set it to the SDK's folder"
              .formatted(VARIABLE, Versions.TORNADO));
    }
    TornadoSdk sdk = new TornadoSdk(UserPath.of(VARIABLE, home).toAbsolutePath());
    if (!Files.isDirectory(sdk.jars()) || !Files.isRegularFile(sdk.exports("common"))) {
      throw unusable("%s=%s is not a TornadoVM SDK's folder".formatted(VARIABLE, home));
    }
    if (sdk.drivers().isEmpty()) {
      throw unusable("the TornadoVM SDK in %s has neither OpenCL nor PTX".formatted(home));
    }
    requireJava();
    return sdk;
  }

  private static void requireJava() {
    int version = Runtime.version().feature();
    if (version != JAVA) {
      throw unusable(
          "TornadoVM %s needs a JDK %d, but this is Java %d"
              .formatted(Versions.TORNADO, JAVA, version));
    }
    if (ModuleFinder.ofSystem().find("jdk.internal.vm.ci").isEmpty()) {
      throw unusable("this Java lacks the module jdk.internal.vm.ci; use a complete JDK " + JAVA);
    }
  }

  static Fp8simException unusable(String reason) {
    return new Fp8simException(ExitCode.BACKEND, "backend tornado: " + reason);
  }

  /** The drivers that are installed and supported, the preferred one first. */
  List<String> drivers() {
    return DRIVERS.stream().filter(this::hasDriver).toList();
  }

  private boolean hasDriver(String driver) {
    try (Stream<Path> files = Files.list(jars())) {
      return files.anyMatch(
          file -> file.getFileName().toString().startsWith("tornado-drivers-" + driver + "-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path jars() {
    return home.resolve("share/java/tornado");
  }

  private Path exports(String name) {
    return home.resolve("etc/exportLists/" + name + "-exports");
  }

  /**
   * The options of a JVM that runs kernels with a driver.
   *
   * @throws Fp8simException (backend) if a jar that they name is missing
   */
  List<String> options(String driver) {
    List<String> options = new ArrayList<>(template("common", driver));
    options.addAll(template(driver, driver));
    requireModules(options);
    options.add("@" + exports("common"));
    options.add("@" + exports(driver));
    return options;
  }

  /** Java itself ignores an entry of a module path that does not exist. */
  private void requireModules(List<String> options) {
    options.stream()
        .map(option -> option.split("=", 2))
        .filter(parts -> MODULE_PATHS.contains(parts[0]))
        .flatMap(parts -> Stream.of(parts[1].split(File.pathSeparator)))
        .map(home::resolve)
        .filter(jar -> !Files.isRegularFile(jar))
        .findFirst()
        .ifPresent(
            jar -> {
              throw unusable(
                  "%s is missing; %s must be the folder of a TornadoVM %s SDK"
                      .formatted(jar, VARIABLE, Versions.TORNADO));
            });
  }

  private List<String> template(String name, String driver) {
    try (InputStream stream =
        TornadoSdk.class.getResourceAsStream("/tornado-config/" + name + ".args")) {
      String text =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      return text.replace("${TORNADOVM_HOME}", home.toString())
          .replace("${tornado.driver}", driver)
          .replace("${tornado.version}", Versions.TORNADO)
          .replace("${path.separator}", File.pathSeparator)
          // Quotes keep a line together in an argument file.
          .replace("\"", "")
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
