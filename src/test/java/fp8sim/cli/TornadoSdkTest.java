package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TornadoSdkTest {
  @TempDir Path home;

  @Test
  void findsTheDriversItCanStart() throws IOException {
    Path jars = Files.createDirectories(home.resolve("share/java/tornado"));
    Files.createFile(jars.resolve("tornado-drivers-common-5.2.0-jdk25.jar"));
    Files.createFile(jars.resolve("tornado-drivers-cuda-5.2.0-jdk25.jar"));
    Files.createFile(jars.resolve("tornado-drivers-opencl-5.2.0-jdk25.jar"));
    assertThat(new TornadoSdk(home).drivers()).containsExactly("opencl");
  }

  @Test
  void optionsAreStrictAndNameTheFolder() {
    TornadoSdk sdk = new TornadoSdk(home);
    for (String driver : TornadoSdk.DRIVERS) {
      assertThat(sdk.options(driver))
          .contains(
              "-Dtornado.recover.bailout=False",
              "-Dtornado.enable.fma=false",
              "--module-path=" + home + "/share/java/tornado",
              "--add-modules=tornado.drivers." + driver,
              "@" + home.resolve("etc/exportLists/" + driver + "-exports"))
          .noneMatch(option -> option.contains("${") || option.contains("\""));
    }
  }
}
