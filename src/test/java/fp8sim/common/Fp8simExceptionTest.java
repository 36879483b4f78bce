package fp8sim.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Fp8simExceptionTest {
  @Test
  void exitCodesAreTheDocumentedOnes() {
    assertThat(Arrays.stream(ExitCode.values()).mapToInt(ExitCode::code))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 70, 130);
  }

  @Test
  void factoriesChooseTheExitCode() {
    assertThat(Fp8simException.usage("m").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(Fp8simException.input("m").exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(Fp8simException.backend("m").exitCode()).isEqualTo(ExitCode.BACKEND);
    var cause = new IOException("full");
    assertThat(Fp8simException.output("m", cause))
        .hasMessage("m")
        .hasCause(cause)
        .extracting(Fp8simException::exitCode)
        .isEqualTo(ExitCode.OUTPUT);
  }
}
