package fp8sim.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTextTest {
  @Test
  void formulasBecomeTexts() {
    assertThat(CsvText.cell("=1+1")).isEqualTo("'=1+1");
    assertThat(CsvText.cell("=HYPERLINK(\"a\",1)")).isEqualTo("\"'=HYPERLINK(\"\"a\"\",1)\"");
    assertThat(CsvText.cell("+cmd|' /C calc'!A0")).isEqualTo("'+cmd|' /C calc'!A0");
    assertThat(CsvText.cell("-2+3")).isEqualTo("'-2+3");
    assertThat(CsvText.cell("@SUM(1)")).isEqualTo("'@SUM(1)");
    assertThat(CsvText.cell("\t=1")).isEqualTo("'\t=1");
    assertThat(CsvText.cell("\r=1")).isEqualTo("\"'\r=1\"");
    assertThat(CsvText.cell("-")).isEqualTo("'-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "+2", "-0.25", "-1.5E-7", "-.5", "-Infinity", "-3.", "NaN", "a=b"})
  void numbersAndOtherTextsStay(String text) {
    assertThat(CsvText.cell(text)).isEqualTo(text);
  }

  @Test
  void linesAreQuotedAsRfc4180Says() {
    assertThat(CsvText.line(List.of("", "a,b", "c\"d", "e\nf", "g\rh", "i j")))
        .isEqualTo(",\"a,b\",\"c\"\"d\",\"e\nf\",\"g\rh\",i j\n");
  }
}
