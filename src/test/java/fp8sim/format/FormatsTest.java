package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fp32",
        "e4m3",
        "e3m4",
        "e0m7",
        "e2m1",
        "e8m7",
        "e4m3:bias=7",
        "e4m3:normal-only",
        "e3m4:bias=-2:normal-only",
        "ofp8-e4m3",
        "ofp8-e5m2",
        "e4m3fnuz",
        "e5m2fnuz",
        "binary8p3se",
        "binary3p1uf",
        "binary8p8ue",
        "int2",
        "int8"
      })
  void namesRoundTrip(String name) {
    assertThat(Formats.parse(name).name()).isEqualTo(name);
    assertThat(Formats.parse(Formats.parse(name).name())).isEqualTo(Formats.parse(name));
  }

  @Test
  void suffixesAreData() {
    FloatFormat format = (FloatFormat) Formats.parse("e4m3:normal-only:bias=7");
    assertThat(format.fixedBias()).isEqualTo(OptionalInt.of(7));
    assertThat(format.normalOnly()).isTrue();
    assertThat(format.name()).isEqualTo("e4m3:bias=7:normal-only");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e4",
        "e9m1",
        "e4m0",
        "e4m11",
        "e8m8",
        "E4M3",
        "int1",
        "int13",
        "fp17",
        "e4m3:",
        "e4m3:bias",
        "e4m3:bias=x",
        "e4m3:bias=1:bias=2",
        "e0m4:normal-only",
        "ofp8-e4m3:bias=3",
        "binary8p8se",
        "binary8p3",
        "binary2p1se",
        "binary9p3se",
        "binary8p0ue",
        "binary8p3se:bias=3"
      })
  void otherNamesAreRefusedInOneLine(String name) {
    assertThatThrownBy(() -> Formats.parse(name))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("'" + name + "'")
        .hasMessageContaining("ofp8-e4m3")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aBiasOutOfRangeIsRefused() {
    assertThatThrownBy(() -> Formats.parse("e4m3:bias=999")).hasMessageContaining("-128..384");
  }

  @Test
  void optionsListWhatIsAllowed() {
    assertThat(Rounding.parse("nearest-away")).isEqualTo(Rounding.NEAREST_AWAY);
    assertThat(ScaleMode.parse("power-of-two")).isEqualTo(ScaleMode.POWER_OF_TWO);
    assertThatThrownBy(() -> Overflow.parse("clip"))
        .isInstanceOf(Fp8simException.class)
        .hasMessage("unknown overflow 'clip', use one of saturate, extend, ieee");
  }
}
