package fp8sim.kernel.tornado.device;

import fp8sim.kernel.FloatFunctions;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The functions of {@link FloatFunctions} without bit patterns and constant arrays, which do not
 * compile for devices: operation by operation the same. Runs on the device.
 */
// NaN is what differs from itself; calls of Float.isNaN do not compile for devices.
@SuppressWarnings("IdentityBinaryExpression")
public final class DeviceMath {
  /** Powers of two are constants: {@code 2^e} is at {@code e + BIAS}. */
  public static final int BIAS = 126;

  /** How many powers of two there are. */
  public static final int POWERS = 254;

  /** NaN is a constant too, because TornadoVM cannot write it. */
  static final int NAN = POWERS;

  private DeviceMath() {}

  /** {@link FloatFunctions#exp}. */
  static float exp(FloatArray constants, float x) {
    float result = x;
    if (x > FloatFunctions.EXP_MAX) {
      result = Float.POSITIVE_INFINITY;
    } else if (x < FloatFunctions.EXP_MIN) {
      result = 0f;
    } else if (x == x) {
      float n = (x * FloatFunctions.LOG2_E + FloatFunctions.ROUNDER) - FloatFunctions.ROUNDER;
      float r = (x - n * FloatFunctions.LN2_HIGH) - n * FloatFunctions.LN2_LOW;
      float p = 1.9875691500e-4f * r + 1.3981999507e-3f;
      p = p * r + 8.3334519073e-3f;
      p = p * r + 4.1665795894e-2f;
      p = p * r + 1.6666665459e-1f;
      p = p * r + 5.0000001201e-1f;
      float y = (p * (r * r) + r) + 1f;
      int whole = (int) n;
      int half = whole >> 1;
      result = y * constants.get(half + BIAS) * constants.get(whole - half + BIAS);
    }
    return result;
  }

  /** {@link FloatFunctions#log}. */
  static float log(FloatArray constants, float x) {
    float result = x;
    if (!(x > 0f)) {
      result = x == 0f ? Float.NEGATIVE_INFINITY : constants.get(NAN);
    } else if (x < Float.POSITIVE_INFINITY) {
      float m = x;
      int e = 1;
      if (m < Float.MIN_NORMAL) {
        m = m * constants.get(23 + BIAS);
        e -= 23;
      }
      if (m < 1f) {
        m = m * constants.get(Float.MAX_EXPONENT + BIAS);
        e -= Float.MAX_EXPONENT;
      }
      for (int step = 64; step > 0; step = step / 2) {
        if (m >= constants.get(step + BIAS)) {
          m = m * constants.get(BIAS - step);
          e += step;
        }
      }
      m = m * 0.5f;
      if (m < FloatFunctions.SQRT_HALF) {
        e--;
        m = m + m;
      }
      float f = m - 1f;
      float z = f * f;
      float p = 7.0376836292e-2f * f - 1.1514610310e-1f;
      p = p * f + 1.1676998740e-1f;
      p = p * f - 1.2420140846e-1f;
      p = p * f + 1.4249322787e-1f;
      p = p * f - 1.6668057665e-1f;
      p = p * f + 2.0000714765e-1f;
      p = p * f - 2.4999993993e-1f;
      p = p * f + 3.3333331174e-1f;
      float y = (p * f) * z;
      y = y + e * FloatFunctions.LN2_LOW;
      y = y - 0.5f * z;
      result = (f + y) + e * FloatFunctions.LN2_HIGH;
    }
    return result;
  }

  /** {@link FloatFunctions#tanh}. */
  static float tanh(FloatArray constants, float x) {
    float a = x < 0f ? -x : x;
    float result = x;
    if (a < FloatFunctions.TANH_SMALL) {
      float z = x * x;
      float p = -5.70498872745e-3f * z + 2.06390887954e-2f;
      p = p * z - 5.37397155531e-2f;
      p = p * z + 1.33314422036e-1f;
      p = p * z - 3.33332819422e-1f;
      result = (p * z) * x + x;
    } else if (x == x) {
      float y = 1f - 2f / (exp(constants, a + a) + 1f);
      result = x < 0f ? -y : y;
    }
    return result;
  }

  /** {@link FloatFunctions#erf}. */
  static float erf(FloatArray constants, float x) {
    float a = x < 0f ? -x : x;
    float result = x;
    if (a <= FloatFunctions.ERF_SMALL) {
      float z = x * x;
      float p = -5.96761703e-4f * z + 4.99119423e-3f;
      p = p * z - 2.67681349e-2f;
      p = p * z + 1.12819925e-1f;
      p = p * z - 3.76125336e-1f;
      p = p * z + 1.28379166e-1f;
      result = p * x + x;
    } else if (x == x) {
      float t = a < FloatFunctions.ERF_LARGE ? a : FloatFunctions.ERF_LARGE;
      float q = -1.72853470e-5f * t + 3.83197126e-4f;
      q = q * t - 3.88396438e-3f;
      q = q * t + 2.42546219e-2f;
      q = q * t - 1.06777877e-1f;
      q = q * t - 6.34846687e-1f;
      q = q * t - 1.28717512e-1f;
      float y = 1f - exp(constants, q * t - t);
      result = x < 0f ? -y : y;
    }
    return result;
  }

  /** The number if it is positive, else +0; NaN stays. */
  static float positive(float x) {
    float y = x;
    if (x <= 0f) {
      y = 0f;
    }
    return y;
  }

  /** To the nearest integer, ties to even. */
  static float round(float x) {
    float a = x < 0f ? -x : x;
    float y = x;
    if (a < 0x1p23f && a > 0f) {
      float whole = (a + 0x1p23f) - 0x1p23f;
      y = x < 0f ? -whole : whole;
    }
    return y;
  }

  /** What {@link FloatFunctions#geluTanh} takes the hyperbolic tangent of. */
  static float geluTanhArgument(float x) {
    return FloatFunctions.SQRT_2_OVER_PI * (x + FloatFunctions.GELU_CUBIC * (x * x * x));
  }

  /** {@link FloatFunctions#hardSwish}. */
  static float hardSwish(float x) {
    return x * DeviceEpilogue.clamp(x * (1f / 6f) + 0.5f, 0f, 1f);
  }

  static float sqrt(float x) {
    return TornadoMath.sqrt(x);
  }
}
