package fp8sim.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
  @Test
  void numbersHaveUnits() {
    assertThat(MemorySize.parse("max-memory", "512M")).isEqualTo(512L << 20);
    assertThat(MemorySize.parse("max-memory", "4g")).isEqualTo(4L << 30);
    assertThat(MemorySize.parse("max-memory", "1.5G")).isEqualTo(3L << 29);
    assertThat(MemorySize.parse("max-memory", "2T")).isEqualTo(2L << 40);
    assertThat(MemorySize.parse("max-memory", "100k")).isEqualTo(100L << 10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "4", "G", "-1G", "0M", "4GB", "1e3M", "4 G", "999999999T", "Infinity"})
  void allElseIsRefused(String text) {
    assertThatThrownBy(() -> MemorySize.parse("max-memory", text))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("--max-memory " + text);
  }
}
