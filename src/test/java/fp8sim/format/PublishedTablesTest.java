package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The named tables against their publications' definitions, written down another way. */
class PublishedTablesTest {
  private static final TableFormat HIF8 = (TableFormat) Formats.parse("hif8");

  private static TableFormat format(String name) {
    return (TableFormat) Formats.parse(name);
  }

  /**
   * The posit standard's own formula, on the bits as they are: {@code ((1 - 3s) + f) * 2^((1 - 2s)
   * (2^es r + e + s))} (Standard for Posit Arithmetic, 2022, section 4.1).
   */
  @ParameterizedTest
  @CsvSource({"posit8, 2", "posit8es1, 1", "posit8es0, 0"})
  void positsFollowTheStandardsFormula(String name, int es) {
    TableFormat format = format(name);
    assertThat(format.value(0)).isZero();
    assertThat(format.value(0x80)).isNaN();
    for (int code = 1; code < 256; code++) {
      if (code == 0x80) {
        continue;
      }
      String bits = String.format("%8s", Integer.toBinaryString(code)).replace(' ', '0');
      int s = bits.charAt(0) - '0';
      char first = bits.charAt(1);
      int k = 0;
      while (1 + k < 8 && bits.charAt(1 + k) == first) {
        k++;
      }
      int r = first == '0' ? -k : k - 1;
      String rest = bits.substring(Math.min(8, 2 + k)) + "0".repeat(es);
      int e = es == 0 ? 0 : Integer.parseInt(rest.substring(0, es), 2);
      String tail = rest.substring(es);
      double f = tail.isEmpty() ? 0 : Integer.parseInt(tail, 2) / Math.pow(2, tail.length());
      double value = (1 - 3 * s + f) * Math.pow(2, (1 - 2 * s) * (Math.pow(2, es) * r + e + s));
      assertThat(format.value(code)).as("code %d", code).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "posit8, 0x1, 0x1p-24",
    "posit8, 0x7F, 0x1p24",
    "posit8, 0x40, 1",
    "posit8, 0xC0, -1",
    "posit8, 0x4C, 0x1.8p1",
    "posit8es1, 0x7F, 4096",
    "posit8es1, 0x01, 0x1p-12",
    "posit8es0, 0x7F, 64",
    "posit8es0, 0x60, 2"
  })
  void extremesOfPosits(String name, String code, String value) {
    boolean isHexadecimal = value.contains("p");
    double expected = isHexadecimal ? Double.parseDouble(value) : Integer.parseInt(value);
    assertThat(format(name).value(Integer.decode(code))).isEqualTo(expected);
  }

  /**
   * The table of HiFloat8's paper: exponents -15..15 with 1 bit of fraction from magnitude 8 on, 2
   * from 4 on, else 3; and the powers of two -22..-16.
   */
  @Test
  void hifloat8HasThePublishedValues() {
    TreeSet<Double> expected = new TreeSet<>();
    for (int exponent = -22; exponent <= -16; exponent++) {
      expected.add(Math.scalb(1.0, exponent));
    }
    for (int exponent = -15; exponent <= 15; exponent++) {
      int fractions = Math.abs(exponent) >= 8 ? 2 : Math.abs(exponent) >= 4 ? 4 : 8;
      for (int m = 0; m < fractions; m++) {
        expected.add(Math.scalb(1 + (double) m / fractions, exponent));
      }
    }
    // The largest pattern is infinity.
    expected.pollLast();
    TreeSet<Double> positive = new TreeSet<>();
    for (int code = 1; code < 0x80; code++) {
      if (HIF8.isFinite(code)) {
        positive.add(HIF8.value(code));
        assertThat(HIF8.value(code | 0x80)).isEqualTo(-HIF8.value(code));
      }
    }
    assertThat(positive).isEqualTo(expected).hasSize(126);
    assertThat(HIF8.value(0)).isZero();
    assertThat(HIF8.value(0x80)).isNaN();
  }

  @ParameterizedTest
  @CsvSource({
    "0x01, 0x1p-22",
    "0x07, 0x1p-16",
    "0x08, 0x1p0",
    "0x0F, 0x1.Ep0",
    "0x10, 0x1p1",
    "0x18, 0x1p-1",
    "0x20, 0x1p2",
    "0x37, 0x1.Ep-2",
    "0x40, 0x1p4",
    "0x5F, 0x1.Cp-7",
    "0x60, 0x1p8",
    "0x6E, 0x1p15",
    "0x6F, Infinity",
    "0x7F, 0x1.8p-15",
    "0xEF, -Infinity"
  })
  void codesOfHifloat8(String code, String value) {
    assertThat(HIF8.value(Integer.decode(code))).isEqualTo(Double.parseDouble(value));
  }

  /**
   * QLoRA's construction: quantiles of a normal distribution at evenly spaced probabilities, 8 for
   * the positive half and 7 for the negative one, zero, scaled to a largest magnitude of 1.
   */
  @Test
  void normalFloat4HasTheQuantilesOfANormalDistribution() {
    double offset = 0.9677083;
    List<Double> values = new ArrayList<>(List.of(0.0));
    for (int i = 0; i < 8; i++) {
      values.add(quantile(offset + (0.5 - offset) * i / 8));
    }
    for (int i = 0; i < 7; i++) {
      values.add(-quantile(offset + (0.5 - offset) * i / 7));
    }
    Collections.sort(values);
    double top = values.getLast();
    TableFormat nf4 = format("nf4");
    assertThat(nf4.bits()).isEqualTo(4);
    for (int code = 0; code < 16; code++) {
      assertThat(nf4.value(code)).isCloseTo(values.get(code) / top, within(1e-6));
    }
  }

  /** Of a normal distribution, by bisection. */
  private static double quantile(double probability) {
    double low = 0;
    double high = 10;
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      if (normal(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The distribution function by its power series. */
  private static double normal(double x) {
    double term = x;
    double sum = x;
    for (int i = 1; i < 200; i++) {
      term *= x * x / (2 * i + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void logarithmicNumbersAreEighthsOfAnOctaveApart() {
    TableFormat lns = format("lns8");
    assertThat(lns.value(0)).isZero();
    assertThat(lns.value(0x80)).isNaN();
    assertThat(lns.value(64)).isEqualTo(1);
    assertThat(lns.value(72)).isEqualTo(2);
    for (int k = 1; k < 128; k++) {
      double logarithm = Math.log(lns.value(k)) / Math.log(2);
      assertThat(logarithm).isCloseTo((k - 64) / 8.0, within(1e-7));
      assertThat((float) lns.value(k)).isEqualTo((float) Math.pow(2, (k - 64) / 8.0));
      assertThat(lns.value(128 + k)).isEqualTo(-lns.value(k));
    }
  }
}
