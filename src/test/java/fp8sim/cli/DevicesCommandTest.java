package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import fp8sim.common.ExitCode;
import fp8sim.engine.Backends;
import org.junit.jupiter.api.Test;

class DevicesCommandTest {
  @Test
  void listsTheCpuAndSaysWhatIsMissing() {
    Cli cli = Cli.run("devices");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.SUCCESS);
    assertThat(cli.out()).contains("-bit vectors").contains("tornado");
  }

  @Test
  void aJarWithoutTornadoSaysHowToGetTheOther() {
    assumeFalse(Backends.isBuiltWithTornado(), "built with TornadoVM");
    Cli.run("eval", "--model", "fashion-resnet", "--backend", "tornado")
        .refuses(ExitCode.BACKEND, "built without it", "TORNADOVM_HOME");
  }
}
