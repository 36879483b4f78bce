package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockFormatTest {
  private static final int PAD = 3;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mxfp8-e4m3",
        "mxfp8-e5m2",
        "mxfp6-e3m2",
        "mxfp6-e2m3",
        "mxfp4",
        "mxint8",
        "nvfp4",
        "e2m1:block=16,scale=e8m0",
        "e3m2:block=8,scale=fp16",
        "int4:block=128,scale=fp32",
        "e4m3:block=32,scale=e8m0",
        "ofp8-e4m3:block=128,scale=fp32",
        "e2m1:bias=3:block=4,scale=bf16",
        "e2m3:block=16,scale=e4m3",
        "e2m1:block=16,scale=e5m3"
      })
  void namesRoundTrip(String name) {
    assertThat(Formats.parse(name).name()).isEqualTo(name);
    assertThat(Formats.parse(Formats.parse(name).name())).isEqualTo(Formats.parse(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "e2m1:block=32; mxfp4",
        "e2m1:block=16:scale=e4m3; nvfp4",
        "e2m1,block=16,scale=ofp8-e4m3; nvfp4",
        "int8:block=32; mxint8",
        "fp8-e4m3:block=32,scale=e8m0; mxfp8-e4m3"
      })
  void equalFormatsHaveOneName(String text, String name) {
    assertThat(Formats.parse(text)).isEqualTo(Formats.parse(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "e2m1:block=0; a block has 1 to 65536 numbers",
        "e2m1:block=65537; a block has 1 to 65536 numbers",
        "fp16:block=32; elements are minifloats or integers of at most 8 bits",
        "fp32:block=32; elements are minifloats or integers of at most 8 bits",
        "mxfp4:block=32; elements are minifloats or integers of at most 8 bits",
        "e2m1:block=32,scale=int8; a scale is e8m0",
        "e2m1:block=32,scale=x; unknown format 'x'",
        "x:block=32; unknown format 'x'",
        "e2m1:block=; unknown format",
        "e2m1:scale=e8m0; unknown format"
      })
  void refusals(String name, String message) {
    assertThatThrownBy(() -> Formats.parse(name))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  /** Largest element, smallest element and binade of the largest: OCP MX v1.0, table 1. */
  @ParameterizedTest
  @CsvSource({
    "mxfp8-e4m3,448,0x1p-9",
    "mxfp8-e5m2,57344,0x1p-16",
    "mxfp6-e3m2,28,0x1p-4",
    "mxfp6-e2m3,7.5,0x1p-3",
    "mxfp4,6,0x1p-1",
    "mxint8,1.984375,0x1p-6",
    "nvfp4,6,0x1p-1"
  })
  void elementsAreThoseOfTheStandard(String name, double largest, double smallest) {
    BlockFormat format = (BlockFormat) Formats.parse(name);
    assertThat(format.largestElement()).isEqualTo(largest);
    assertThat(quantizer(name, 1).element().decode(1)).isEqualTo((float) smallest);
  }

  private static BlockQuantizer quantizer(String name, float maxval) {
    return BlockQuantizer.of((BlockFormat) Formats.parse(name), -1, maxval, ConversionMode.DEFAULT);
  }

  /** Every code is its own value, for every scale that keeps a block's values finite and normal. */
  @ParameterizedTest
  @ValueSource(
      strings = {"mxfp8-e4m3", "mxfp8-e5m2", "mxfp6-e3m2", "mxfp6-e2m3", "mxfp4", "mxint8"})
  void codesAreFixedPoints(String name) {
    BlockQuantizer quantizer = quantizer(name, 1);
    float[] elements = elements(quantizer);
    float top = (float) quantizer.format().largestElement();
    for (int e = -100; e <= 127 - Math.getExponent(top); e++) {
      float scale = (float) Math.scalb(1.0, e);
      for (float element : elements) {
        float[] block = {element * scale, top * scale};
        quantizer.apply(block, 0, 1, 2, i -> 0);
        assertThat(block).containsExactly(element * scale, top * scale);
      }
    }
  }

  /** Midpoints go to the even code, and numbers beside them to the nearer one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mxfp8-e4m3",
        "mxfp8-e5m2",
        "mxfp6-e3m2",
        "mxfp6-e2m3",
        "mxfp4",
        "mxint8",
        "nvfp4"
      })
  void midpointsGoToEven(String name) {
    BlockQuantizer quantizer = quantizer(name, name.equals("nvfp4") ? 6 * 448 : 1);
    float[] elements = elements(quantizer);
    float top = (float) quantizer.format().largestElement();
    for (int i = 0; i + 1 < elements.length; i++) {
      float middle = (elements[i] + elements[i + 1]) / 2;
      float[] block = {top, middle, -middle, Math.nextUp(middle), Math.nextDown(middle)};
      quantizer.apply(block, 0, 1, block.length, k -> 0);
      float even = i % 2 == 0 ? elements[i] : elements[i + 1];
      assertThat(block)
          .containsExactly(top, even, even == 0 ? 0 : -even, elements[i + 1], elements[i]);
    }
  }

  /** The magnitudes of all codes in order. */
  private static float[] elements(BlockQuantizer quantizer) {
    int count = 1 << (quantizer.codeBits() - 1);
    float[] all = new float[count];
    for (int code = 0; code < count; code++) {
      all[code] = quantizer.element().decode(code);
    }
    float top = (float) quantizer.format().largestElement();
    int end = 0;
    while (end < count && all[end] <= top) {
      end++;
    }
    return Arrays.copyOf(all, end);
  }

  /** OCP MX v1.0, 6.3: the power of two of the largest over that of the largest element. */
  @ParameterizedTest
  @CsvSource({
    "mxfp4,1,0x1p-2",
    "mxfp4,1.99,0x1p-2",
    "mxfp4,2,0x1p-1",
    "mxfp8-e4m3,448,1",
    "mxfp8-e4m3,511,1",
    "mxfp8-e5m2,1,0x1p-15",
    "mxint8,0.75,0.5",
    "mxfp6-e3m2,1,0x1p-4",
    "mxfp6-e2m3,1,0x1p-2",
    "mxfp4,0,0x1p-127",
    "mxfp4,1e-45,0x1p-127",
    "mxfp4,0x1p-125,0x1p-127",
    "mxfp4,0x1p-124,0x1p-126",
    "mxint8,0x1.fffffep127,0x1p127",
    "nvfp4,2688,448",
    "nvfp4,5000,448",
    "nvfp4,6,1",
    "nvfp4,6.3,1",
    "nvfp4,6.375,1",
    "nvfp4,6.4,1.125",
    "nvfp4,0,0x1p-9",
    "nvfp4,1e-6,0x1p-9"
  })
  void scales(String name, float largest, float scale) {
    assertThat(quantizer(name, 6 * 448).scale(largest)).isEqualTo(scale);
  }

  @Test
  void whatIsAboveTheLargestElementSaturates() {
    float[] block = {7.9f, -7.5f, 6.9f, 0.2f, 0.25f, 0.26f, -0.2f};
    quantizer("mxfp4", 1).apply(block, 0, 1, block.length, i -> 0);
    assertThat(block).containsExactly(6, -6, 6, 0, 0, 0.5f, 0);
    assertThat(Float.floatToRawIntBits(block[6])).as("no negative zero").isZero();
  }

  @Test
  void tensorScaleMapsTheRangeToTheLargestScale() {
    BlockQuantizer quantizer = quantizer("nvfp4", 10.5f);
    assertThat(quantizer.tensorScale()).isEqualTo((float) (10.5 / (6 * 448)));
    float[] block = {10.5f, 3, 1, -20};
    quantizer.apply(block, 0, 1, 3, i -> 0);
    float scale = 448 * quantizer.tensorScale();
    assertThat(block).containsExactly(6 * scale, 1.5f * scale, 0.5f * scale, -20);
  }

  @Test
  void specialNumbers() {
    float[] block = {Float.NaN, 3, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    BlockQuantizer quantizer = quantizer("mxfp8-e4m3", 1);
    quantizer.apply(block, 0, 1, 2, i -> 0);
    assertThat(block[0]).isNaN();
    assertThat(block[1]).isEqualTo(3);
    quantizer.apply(block, 0, 1, 4, i -> 0);
    float top = (float) Math.scalb(448.0, 127 - 8);
    assertThat(block).containsExactly(Float.NaN, 0, top, -top);
    float[] zeros = {0, -0f};
    quantizer.apply(zeros, 0, 1, 2, i -> 0);
    assertThat(zeros).containsExactly(0, 0);
  }

  @Test
  void otherNumbersOfTheTensorStay() {
    float[] values = new float[PAD * 5];
    Arrays.fill(values, 5.1f);
    quantizer("mxfp4", 1).apply(values, 1, PAD, 4, i -> 0);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).isEqualTo(i % PAD == 1 && i < 4 * PAD ? 6 : 5.1f);
    }
  }

  /** Values stay values, and the scale that is found again gives all of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mxfp8-e4m3",
        "mxfp8-e5m2",
        "mxfp6-e3m2",
        "mxfp6-e2m3",
        "mxfp4",
        "mxint8",
        "nvfp4",
        "ofp8-e4m3:block=16,scale=e4m3",
        "int8:block=16,scale=e4m3",
        "e2m5:block=8,scale=fp16",
        "e3m2:block=8,scale=bf16",
        "int4:block=16,scale=e5m3"
      })
  void scaleIsFoundAgain(String name) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(7);
    BlockQuantizer quantizer = quantizer(name, 100);
    for (int n = 0; n < 20_000; n++) {
      float[] block = new float[8];
      int spread = random.nextInt(30);
      for (int i = 0; i < block.length; i++) {
        block[i] = (float) Math.scalb(random.nextDouble(-100, 100), -random.nextInt(spread + 1));
      }
      quantizer.apply(block, 0, 1, block.length, i -> 0);
      float scale = quantizer.scaleOfQuantized(block, 0, 1, block.length);
      for (float value : block) {
        float again = quantizer.element().apply(value / scale) * scale;
        assertThat(again).as("%s: %s", name, Arrays.toString(block)).isEqualTo(value);
      }
    }
  }

  @Test
  void elementsAlwaysSaturate() {
    BlockFormat format = (BlockFormat) Formats.parse("mxfp8-e4m3");
    ConversionMode ieee = ConversionMode.DEFAULT.with(Overflow.IEEE);
    assertThatThrownBy(() -> BlockQuantizer.of(format, -1, 1, ieee))
        .isInstanceOf(Fp8simException.class)
        .hasMessage("elements of block format mxfp8-e4m3 saturate");
  }
}
