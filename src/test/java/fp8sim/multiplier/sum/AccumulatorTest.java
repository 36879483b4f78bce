package fp8sim.multiplier.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.multiplier.ProductUnits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccumulatorTest {
  private static final ProductUnits UNITS = new ProductUnits(-40, 60);

  private static double[] products(long seed, int count, int minExponent, int maxExponent) {
    Random random = new Random(seed);
    double[] products = new double[count];
    for (int i = 0; i < count; i++) {
      int exponent = random.nextInt(minExponent, maxExponent + 1);
      products[i] = Math.scalb((double) random.nextInt(-127, 128), exponent);
    }
    return products;
  }

  private static float sum(Accumulator accumulator, double... products) {
    RunningSum sum = accumulator.start(UNITS);
    sum.add(1234);
    sum.clear();
    for (double product : products) {
      sum.add(product);
    }
    return sum.result();
  }

  private static BigDecimal exactSum(double[] products) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double product : products) {
      sum = sum.add(new BigDecimal(product));
    }
    return sum;
  }

  @Test
  void exactSumsAreRoundedOnce() {
    for (int seed = 0; seed < 2000; seed++) {
      double[] products = products(seed, 1 + seed % 40, -40, 60);
      // BigDecimal.floatValue rounds correctly since JDK 21.
      assertThat(sum(Accumulator.EXACT, products)).isEqualTo(exactSum(products).floatValue() + 0f);
    }
  }

  @Test
  void exactSumsDoNotDependOnOrderWhereFloatSumsDo() {
    double[] forward = {0x1p60, 1, -0x1p60, 0x1p-40};
    double[] other = {0x1p60, -0x1p60, 1, 0x1p-40};
    assertThat(sum(Accumulator.EXACT, forward))
        .isEqualTo(sum(Accumulator.EXACT, other))
        .isEqualTo(1f);
    assertThat(sum(Accumulator.FP32, forward)).isEqualTo(0x1p-40f);
  }

  @Test
  void roundingOf128BitIntegersIsCorrectAroundTies() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      // A 24-bit significand, a half or not, and a far bit that breaks the tie or not.
      int shift = random.nextInt(3, 100);
      BigInteger value =
          BigInteger.valueOf(random.nextInt(1 << 23, 1 << 24))
              .shiftLeft(shift)
              .add(BigInteger.valueOf(random.nextInt(2)).shiftLeft(shift - 1))
              .add(BigInteger.valueOf(random.nextInt(3) - 1L));
      BigInteger signed = random.nextBoolean() ? value : value.negate();
      float actual = ExactSum.toFloat(signed.shiftRight(64).longValue(), signed.longValue(), -30);
      BigDecimal exact = new BigDecimal(signed).divide(new BigDecimal(BigInteger.TWO.pow(30)));
      assertThat(actual).isEqualTo(exact.floatValue());
    }
  }

  @Test
  void reducedSumsAreRoundedFromTheExactSum() {
    for (String name : new String[] {"fp16", "bf16", "e5m10", "e4m7", "e6m3"}) {
      FloatFormat format = formatOf(name);
      for (int seed = 0; seed < 300; seed++) {
        double[] products = products(seed, 20, -35, 6);
        double expected = 0;
        for (double product : products) {
          BigDecimal exact = new BigDecimal(expected).add(new BigDecimal(product));
          expected = nearest(format, exact);
        }
        assertThat(sum(Accumulator.parse(name), products)).isEqualTo((float) expected);
      }
    }
  }

  private static FloatFormat formatOf(String name) {
    return switch (name) {
      case "fp16" -> Formats.FLOAT16;
      case "bf16" -> Formats.BFLOAT16;
      default -> (FloatFormat) Formats.parse(name);
    };
  }

  /** By comparison with the midpoint of neighbours, all in exact decimals. */
  private static double nearest(FloatFormat format, BigDecimal exact) {
    int bias = format.standardBias();
    BigDecimal absolute = exact.abs();
    int low = 0;
    int high = format.maxMagnitude();
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (new BigDecimal(format.magnitudeValue(middle, bias)).compareTo(absolute) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    double below = format.magnitudeValue(low, bias);
    double above = format.magnitudeValue(Math.min(low + 1, format.maxMagnitude()), bias);
    BigDecimal twice = absolute.multiply(BigDecimal.TWO);
    int order = twice.compareTo(new BigDecimal(below).add(new BigDecimal(above)));
    double magnitude = order > 0 || (order == 0 && (low & 1) != 0) ? above : below;
    return exact.signum() < 0 ? -magnitude : magnitude;
  }

  @Test
  void halfPrecisionOverflowsToInfinity() {
    assertThat(sum(Accumulator.parse("fp16"), 65504, 15)).isEqualTo(65504f);
    assertThat(sum(Accumulator.parse("fp16"), 65504, 16)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(sum(Accumulator.parse("e5m10:bias=15"), 65504, 1e6, 1)).isEqualTo(131008f);
  }

  @Test
  void fixedPointSaturatesOrWraps() {
    // q4.2: -8 .. 7.75 in steps of 0.25
    assertThat(sum(Accumulator.parse("q4.2"), 7, 3, -1)).isEqualTo(6.75f);
    assertThat(sum(Accumulator.parse("q4.2"), -7, -3, 1)).isEqualTo(-7f);
    assertThat(sum(Accumulator.parse("q4.2:wrap"), 7, 3, -1)).isEqualTo(-7f);
    assertThat(sum(Accumulator.parse("q4.2:wrap"), 7, 3, -3)).isEqualTo(7f);
    assertThat(sum(Accumulator.parse("q4.2"), 1e30, -1e30)).isEqualTo(-8f);
    assertThat(sum(Accumulator.parse("q4.2:wrap"), 0x1p80 + 0x1p40)).isZero();
  }

  @Test
  void fixedPointRoundsToNearestEven() {
    Accumulator accumulator = Accumulator.parse("q8.0");
    assertThat(sum(accumulator, 0.5)).isZero();
    assertThat(sum(accumulator, 1.5)).isEqualTo(2);
    assertThat(sum(accumulator, 1, 0.5)).isEqualTo(2);
    assertThat(sum(accumulator, -0.5)).isZero();
    assertThat(sum(accumulator, -1, -0.5)).isEqualTo(-2);
    assertThat(sum(accumulator, -1, 0.51)).isZero();
  }

  @Test
  void fixedPointSumsEqualDecimalOnes() {
    for (int seed = 0; seed < 200; seed++) {
      double[] products = products(seed, 30, -20, 10);
      BigDecimal expected = BigDecimal.ZERO;
      for (double product : products) {
        expected = expected.add(new BigDecimal(product));
        expected =
            expected
                .multiply(BigDecimal.valueOf(256))
                .setScale(0, RoundingMode.HALF_EVEN)
                .divide(BigDecimal.valueOf(256));
      }
      assertThat(sum(Accumulator.parse("q40.8"), products)).isEqualTo(expected.floatValue() + 0f);
    }
  }

  @Test
  void chunksAreAddedToFloat32() {
    Accumulator chunked = Accumulator.parse("q4.0:2");
    assertThat(sum(chunked, 7, 7, 7, 7)).isEqualTo(14);
    assertThat(sum(chunked, 7, 7, 7)).isEqualTo(14);
    assertThat(sum(chunked, 7, 7, 3)).isEqualTo(10);
    assertThat(sum(Accumulator.parse("q4.0"), 7, 7, 7, 7)).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fp32",
        "exact",
        "fp16",
        "bf16",
        "e5m10",
        "e4m3:bias=7",
        "q8.16",
        "q8.16:wrap",
        "fp16:64",
        "q8.16:wrap:32",
        "e4m3:bias=7:128"
      })
  void namesAreKept(String name) {
    assertThat(Accumulator.parse(name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fp64",
        "q0.8",
        "q40.40",
        "q8",
        "fp16:0",
        "exact:4",
        "fp32:8",
        "int8",
        "fp16:wrap",
        "q4.4:saturate",
        "e4m3fnuz",
        "ofp8-e4m3",
        "e9m9"
      })
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> Accumulator.parse(name)).isInstanceOf(Fp8simException.class);
  }

  @Test
  void sumsThatAreTooWideAreRefused() {
    assertThat(UNITS.sumBits(1)).isEqualTo(60);
    assertThat(UNITS.sumBits(2)).isEqualTo(61);
    assertThat(UNITS.sumBits(9)).isEqualTo(64);
    assertThat(UNITS.sumFitsLong(8)).isTrue();
    assertThat(UNITS.sumFitsLong(9)).isFalse();
    UNITS.requireExactSum(1L << 40, "conv1");
    assertThatThrownBy(() -> new ProductUnits(-200, 120).requireExactSum(129, "conv1"))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith("conv1: an exact sum of 129 products needs 129 bits");
  }
}
