package fp8sim.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.common.Versions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TornadoSdkTest {
  /** What the modules of TornadoVM require, and that alone. */
  private static final List<String> NEEDED =
      List.of(
          tornadoJar("api"),
          tornadoJar("runtime"),
          tornadoJar("annotation"),
          tornadoJar("drivers-common"),
          "tornado/asm-9.9.jar",
          "tornado/commons-math3-3.6.1.jar",
          "tornado/snmp4j-2.8.6.jar",
          "graalJars/compiler-25.0.2.jar",
          "graalJars/collections-25.0.2.jar",
          "graalJars/truffle-compiler-25.0.2.jar",
          "graalJars/word-25.0.2.jar");

  @TempDir Path home;

  @Test
  void findsTheDriversItCanStart() throws IOException {
    install(tornadoJar("drivers-common"));
    install(tornadoJar("drivers-cuda"));
    install(tornadoJar("drivers-opencl"));
    assertThat(new TornadoSdk(home).drivers()).containsExactly("opencl");
  }

  @Test
  void optionsAreStrictAndNameTheFolder() throws IOException {
    for (String driver : TornadoSdk.DRIVERS) {
      assertThat(complete(driver).options(driver))
          .contains(
              "-Dtornado.recover.bailout=False",
              "-Dtornado.enable.fma=false",
              "-Djava.library.path=" + home + "/lib",
              "--add-modules=tornado.drivers." + driver,
              "@" + home.resolve("etc/exportLists/" + driver + "-exports"))
          .noneMatch(option -> option.contains("${") || option.contains("\""));
    }
  }

  /** An SDK also holds other versions of our libraries, which would hide ours as modules. */
  @Test
  void modulePathsNameTheJarsThatAreNeeded() throws IOException {
    for (String driver : TornadoSdk.DRIVERS) {
      TornadoSdk sdk = complete(driver);
      install("tornado/ejml-ddense-0.38.jar");
      List<Path> modules =
          sdk.options(driver).stream()
              .filter(option -> option.contains("module-path="))
              .map(option -> option.substring(option.indexOf('=') + 1))
              .flatMap(paths -> List.of(paths.split(File.pathSeparator)).stream())
              .map(Path::of)
              .toList();
      Path java = home.resolve("share/java");
      assertThat(modules)
          .containsAll(NEEDED.stream().map(java::resolve).toList())
          .contains(java.resolve(tornadoJar("drivers-" + driver)))
          .hasSize(NEEDED.size() + 1);
    }
  }

  @Test
  void aMissingJarIsNamed() throws IOException {
    for (String jar : NEEDED) {
      TornadoSdk sdk = complete("opencl");
      Files.delete(home.resolve("share/java/" + jar));
      assertThatThrownBy(() -> sdk.options("opencl"))
          .isInstanceOf(Fp8simException.class)
          .hasMessageContainingAll(jar + " is missing", "TornadoVM " + Versions.TORNADO);
    }
  }

  private TornadoSdk complete(String driver) throws IOException {
    for (String jar : NEEDED) {
      install(jar);
    }
    install(tornadoJar("drivers-" + driver));
    return new TornadoSdk(home);
  }

  private static String tornadoJar(String name) {
    return "tornado/tornado-" + name + "-" + Versions.TORNADO + ".jar";
  }

  private void install(String jar) throws IOException {
    Path file = home.resolve("share/java").resolve(jar);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[0]);
  }
}
