package fp8sim.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Doubles and longs to 16-bit types by way of float32, against exact comparisons. */
class OddRoundingTest {
  private static final int DRAWS = 20_000;

  /** A 16-bit type: the value of each code, and the code that a float32 rounds to. */
  private record Narrow(IntFunction<Float> values, int infinity, ToCode round) {
    interface ToCode {
      short of(float value);
    }

    static final Narrow FLOAT16 =
        new Narrow(code -> Float.float16ToFloat((short) code), 0x7C00, Float::floatToFloat16);
    static final Narrow BFLOAT16 =
        new Narrow(code -> BFloat16.toFloat((short) code), 0x7F80, BFloat16::fromFloat);

    /** The magnitude code nearest to a positive number, the even one of two. */
    int nearest(BigDecimal value) {
      int low = 0;
      int high = infinity;
      while (low + 1 < high) {
        int middle = (low + high) / 2;
        boolean below = exact(middle).compareTo(value) <= 0;
        low = below ? middle : low;
        high = below ? high : middle;
      }
      int side = value.subtract(exact(low)).compareTo(exact(high).subtract(value));
      return side < 0 || (side == 0 && low % 2 == 0) ? low : high;
    }

    /** For infinity the power of two that would come next. */
    private BigDecimal exact(int code) {
      BigDecimal last = new BigDecimal(values.apply(Math.min(code, infinity - 1)));
      return code < infinity
          ? last
          : last.add(last).subtract(new BigDecimal(values.apply(infinity - 2)));
    }
  }

  @Test
  void doubles() {
    SplittableRandom random = new SplittableRandom(1);
    for (Narrow type : new Narrow[] {Narrow.FLOAT16, Narrow.BFLOAT16}) {
      for (int i = 0; i < DRAWS; i++) {
        double tie = halfway(type, random.nextInt(type.infinity() - 1));
        check(type, tie * (1 + random.nextDouble()));
        for (double value : new double[] {tie, Math.nextUp(tie), Math.nextDown(tie)}) {
          check(type, value);
        }
      }
      check(type, Double.MIN_VALUE);
      check(type, Double.MAX_VALUE);
      check(type, 0);
    }
  }

  private static double halfway(Narrow type, int code) {
    return ((double) type.values().apply(code) + type.values().apply(code + 1)) / 2;
  }

  private static void check(Narrow type, double value) {
    int expected = type.nearest(new BigDecimal(value));
    float odd = OddRounding.toFloat(value);
    assertThat(type.round().of(odd) & 0xFFFF).as("%s", value).isEqualTo(expected);
    assertThat(OddRounding.toFloat(-value)).isEqualTo(-odd);
  }

  @Test
  void integers() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < DRAWS; i++) {
      long tie = 0x101L << random.nextInt(54);
      long[] near = {tie, tie + 1, tie - 1, -tie, -tie - 1, 1 - tie, random.nextLong()};
      for (long value : near) {
        int expected = Narrow.BFLOAT16.nearest(new BigDecimal(value).abs());
        int code = BFloat16.fromFloat(OddRounding.toFloat(value)) & 0xFFFF;
        assertThat(code).as("%d", value).isEqualTo(expected | (value < 0 ? 0x8000 : 0));
      }
      for (long value : new long[] {tie << 1, (tie << 1) + 1, (tie << 1) - 1, near[6]}) {
        BigInteger unsigned = new BigInteger(Long.toUnsignedString(value));
        int expected = Narrow.BFLOAT16.nearest(new BigDecimal(unsigned));
        int code = BFloat16.fromFloat(OddRounding.toFloatUnsigned(value)) & 0xFFFF;
        assertThat(code).as("%s", unsigned).isEqualTo(expected);
      }
    }
  }

  @Test
  void specials() {
    assertThat(OddRounding.toFloat(Double.NaN)).isNaN();
    assertThat(OddRounding.toFloat(Double.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Float.floatToRawIntBits(OddRounding.toFloat(-0.0))).isEqualTo(0x80000000);
    assertThat(OddRounding.toFloat(Long.MIN_VALUE)).isEqualTo(-0x1p63f);
    assertThat(OddRounding.toFloat(1e300)).isEqualTo(Float.MAX_VALUE);
  }
}
