package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** Says in every full build whether the backend {@code tornado} is part of it. */
class TornadoBuildTest {
  private static final String LEFT_OUT =
      "TORNADOVM_HOME is not set: the backend tornado is left out and its tests are skipped.";

  @Test
  void theBackendIsBuiltWhereTornadoVmIsInstalled() {
    boolean installed = !System.getenv().getOrDefault("TORNADOVM_HOME", "").isEmpty();
    assertThat(Backends.isBuiltWithTornado()).isEqualTo(installed);
    if (!installed) {
      System.out.println(LEFT_OUT);
    }
    assumeTrue(installed, LEFT_OUT);
  }
}
