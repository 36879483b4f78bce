package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounding to tables, against minifloats and against a search over all values. */
class TableFormatTest {
  private static final ConversionMode DEFAULT = ConversionMode.DEFAULT;

  @TempDir Path folder;

  private static ConversionMode rounding(Rounding rounding) {
    return new ConversionMode(rounding, Overflow.SATURATE, Subnormals.KEEP);
  }

  private TableFormat table(String text) throws IOException {
    Path file = folder.resolve("table.txt");
    Files.writeString(file, text);
    return (TableFormat) Formats.parse("table:" + file);
  }

  /** A table of a minifloat's values is that minifloat: every scale, rounding and code. */
  @ParameterizedTest
  @EnumSource(Rounding.class)
  void aTableOfMinifloatsIsTheMinifloat(Rounding rounding) throws IOException {
    for (String name : List.of("ofp8-e4m3", "ofp8-e5m2", "e4m3fnuz", "binary6p2se")) {
      FloatFormat format = (FloatFormat) Formats.parse(name);
      StringBuilder text = new StringBuilder();
      for (int code = 0; code < format.codeCount(); code++) {
        text.append(format.decode(code, format.standardBias())).append('\n');
      }
      TableFormat table = table(text.toString().replace("NaN", "nan").replace("Infinity", "inf"));
      assertThat(table.bits()).isEqualTo(format.bits());
      Random random = new Random(3);
      for (float maxval : new float[] {1, 0.37f, 448, 57344, 3e5f, 1e-20f}) {
        for (ScaleMode mode : ScaleMode.values()) {
          FloatQuantizer expected =
              Quantizers.minifloat(format, maxval, BiasPolicy.REAL, mode, rounding(rounding));
          TableQuantizer quantizer = Quantizers.table(table, maxval, mode, rounding(rounding));
          assertThat(quantizer.scale()).isEqualTo(expected.scale());
          for (float x : near(expected, random)) {
            int bits = random.nextInt();
            assertThat(quantizer.apply(x, bits)).isEqualTo(expected.apply(x, bits));
            assertThat(quantizer.encode(x, bits)).isEqualTo(expected.encode(x, bits));
          }
        }
      }
    }
  }

  /** Values, midpoints and their neighbours, numbers beyond the range. */
  private static List<Float> near(FloatQuantizer quantizer, Random random) {
    List<Float> numbers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int code = random.nextInt(quantizer.codeFormat().codeCount() - 1);
      float low = quantizer.decode(code);
      float middle = (float) ((low + (double) quantizer.decode(code + 1)) / 2);
      if (Float.isFinite(middle)) {
        Collections.addAll(numbers, low, middle, Math.nextUp(middle), Math.nextDown(middle));
      }
    }
    Collections.addAll(numbers, 0f, -0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE);
    Collections.addAll(numbers, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
    return numbers;
  }

  @Test
  void theNearestValueIsTaken() {
    Random random = new Random(5);
    for (TableFormat format : TableFormats.named()) {
      for (float maxval : new float[] {0.7f, 33}) {
        TableQuantizer quantizer = Quantizers.table(format, maxval, ScaleMode.REAL, DEFAULT);
        for (int i = 0; i < 500; i++) {
          float x = (float) (random.nextGaussian() * maxval * (i % 3 == 0 ? 0.01 : 0.5));
          double q = x / quantizer.scale();
          double best = Double.POSITIVE_INFINITY;
          for (int code = 0; code < 1 << format.bits(); code++) {
            if (format.isFinite(code)) {
              best = Math.min(best, Math.abs(format.value(code) - q));
            }
          }
          int code = quantizer.encode(x);
          assertThat(Math.abs(format.value(code) - q)).isEqualTo(best);
          assertThat(quantizer.apply(x)).isEqualTo(quantizer.decode(code));
        }
      }
    }
  }

  @Test
  void tiesGoToTheEvenCodeAndThenToTheSmallerMagnitude() throws IOException {
    TableFormat format = table("0 4 1 -1 -3 6");
    TableQuantizer quantizer = Quantizers.table(format, 1, ScaleMode.NONE, DEFAULT);
    // Codes 0 and 2 are even: 0 has the smaller magnitude. Codes 2 (1) and 1 (4): even.
    assertThat(quantizer.apply(0.5f)).isZero();
    assertThat(quantizer.apply(2.5f)).isEqualTo(1);
    assertThat(quantizer.apply(-0.5f)).isZero();
    assertThat(quantizer.apply(-2f)).isEqualTo(-3);
    assertThat(quantizer.apply(5f)).isEqualTo(4);
    TableQuantizer away =
        Quantizers.table(format, 1, ScaleMode.NONE, rounding(Rounding.NEAREST_AWAY));
    assertThat(away.apply(0.5f)).isEqualTo(1);
    assertThat(away.apply(-2f)).isEqualTo(-3);
    TableQuantizer zero =
        Quantizers.table(format, 1, ScaleMode.NONE, rounding(Rounding.TOWARD_ZERO));
    assertThat(zero.apply(3.9f)).isEqualTo(1);
    assertThat(zero.apply(-2.9f)).isEqualTo(-1);
    assertThat(zero.apply(-99f)).isEqualTo(-3);
  }

  @Test
  void aRangeOfZeroGivesTheValueNearestToZero() throws IOException {
    for (TableFormat format : TableFormats.named()) {
      TableQuantizer quantizer = Quantizers.table(format, 0, ScaleMode.REAL, DEFAULT);
      for (float x : new float[] {0, -0f, 1, -1e30f}) {
        assertThat(Float.floatToRawIntBits(quantizer.apply(x))).isZero();
      }
    }
    TableFormat odd = table("-1 0.25 2");
    assertThat(Quantizers.table(odd, 0, ScaleMode.REAL, DEFAULT).apply(7)).isZero();
    assertThat(Quantizers.table(odd, 0, ScaleMode.REAL, DEFAULT).encode(7)).isEqualTo(1);
  }

  /** Tapered formats reach beyond float32, as takum8 does. */
  @Test
  void valuesBeyondFloat32AreNotReached() throws IOException {
    TableFormat format = table("0 0x1p-200 1 0x1p239 -0x1p239 0x1p100:fit".replace(":fit", ""));
    TableQuantizer none = Quantizers.table(format, 1, ScaleMode.NONE, DEFAULT);
    assertThat(none.apply(Float.MAX_VALUE)).isEqualTo(0x1p100f);
    assertThat(none.apply(Float.POSITIVE_INFINITY)).isEqualTo(0x1p100f);
    assertThat(none.apply(-Float.MAX_VALUE)).isZero();
    assertThat(none.apply(0x1p-149f)).isZero();
    assertThat(none.apply(0.7f)).isEqualTo(1);
    TableFormat fitted = (TableFormat) Formats.parse(format.name() + ":fit=1");
    assertThat(Quantizers.table(fitted, 8, ScaleMode.REAL, DEFAULT).apply(5)).isEqualTo(8);
  }

  @Test
  void filesAreTextCsvOrJson() throws IOException {
    List<Double> values = List.of(0.0, 0.5, -0.5, Double.NaN, 2.0);
    for (String text :
        List.of(
            "0\n0.5\n-0.5\nnan\n2\n",
            "# values\r\n0, .5, -5e-1, NaN,0x1p1",
            "code,value,note\n0,0,zero\n1,0.5,\n2,-0.5,\n3,NaN,\n4,2,\n",
            "[0, 0.5, -0.5, null, 2]",
            "{\"values\": [0.0, 0.5, -0.5, \"nan\", 2e0]}")) {
      TableFormat format = table(text);
      for (int code = 0; code < values.size(); code++) {
        assertThat(Double.valueOf(format.value(code))).isEqualTo(values.get(code));
      }
      assertThat(format.bits()).isEqualTo(3);
      assertThat(format.isFinite(3)).isFalse();
      assertThat(format.isFinite(7)).isFalse();
      assertThat(format.fit()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nan",
        "nan nan inf",
        "1",
        "0 -0",
        "1 2 1",
        "1 2 x",
        "1 2 1e999",
        "1 2 1e200",
        "1 2 1e-200",
        "1,,2",
        "1f 2d",
        "[1, 2",
        "[1, [2]]",
        "[1, true]",
        "{\"value\": [1, 2]}",
        "code,value\n0",
        "\u0093NUMPY"
      })
  void badFilesAreRefusedInOneLine(String text) {
    assertThatThrownBy(() -> table(text))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining("table.txt: ")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void tooManyValuesAndAMissingFileAreRefused() {
    assertThatThrownBy(() -> table("1 2 3 ".repeat(100))).hasMessageContaining("300 values");
    assertThatThrownBy(() -> table("1\n".repeat(600_000))).hasMessageContaining("too large");
    assertThatThrownBy(() -> Formats.parse("table:" + folder.resolve("missing")))
        .hasMessageContaining("missing: no such file");
    assertThatThrownBy(() -> Formats.parse("table:")).hasMessageContaining("is missing");
    assertThatThrownBy(() -> Formats.parse("table:" + folder)).isInstanceOf(Fp8simException.class);
    assertThatThrownBy(() -> Formats.parse("posit8:fit=0")).hasMessageContaining("fit must be");
    assertThatThrownBy(() -> Formats.parse("posit9")).hasMessageContaining("posit8es1");
  }

  @Test
  void otherConversionsAreRefused() {
    TableFormat posit = (TableFormat) Formats.parse("posit8");
    assertThatThrownBy(
            () -> Quantizers.table(posit, 1, ScaleMode.REAL, DEFAULT.with(Overflow.EXTEND)))
        .hasMessageContaining("overflow 'extend'")
        .hasMessageContaining("posit8");
    assertThatThrownBy(
            () ->
                Quantizers.table(
                    posit,
                    1,
                    ScaleMode.REAL,
                    new ConversionMode(Rounding.NEAREST_EVEN, Overflow.SATURATE, Subnormals.FLUSH)))
        .hasMessageContaining("no subnormal numbers");
  }
}
