package fp8sim.kernel;

/**
 * The float32 functions of the simulator, one documented algorithm each, the same on every backend.
 * They use only float32 {@code + - * /}, comparisons and powers of two, each operation rounded on
 * its own (never fused), so that vector units and GPUs reproduce them bit for bit. Errors were
 * measured over all float32 arguments by {@code FloatFunctionsTest}.
 */
@SuppressWarnings("MutablePublicArray") // coefficients, which kernels only read
public final class FloatFunctions {
  private FloatFunctions() {}

  /** Adding and subtracting 1.5 * 2^23 rounds to the nearest integer, ties to even. */
  public static final float ROUNDER = 12582912f;

  public static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts; {@code n * LN2_HIGH} is exact for |n| < 2^15 . */
  public static final float LN2_HIGH = 0.693359375f;

  public static final float LN2_LOW = -2.12194440e-4f;

  /** From it on e^x is infinite; down from the second it is +0. */
  public static final float EXP_MAX = 88.7228394f;

  public static final float EXP_MIN = -103.972084f;

  /** Coefficients of e^r, r in [-ln2/2, ln2/2], highest power (r^7) first; Cephes expf. */
  public static final float[] EXP = {
    1.9875691500e-4f,
    1.3981999507e-3f,
    8.3334519073e-3f,
    4.1665795894e-2f,
    1.6666665459e-1f,
    5.0000001201e-1f
  };

  /** Coefficients of log(1+f), f in [sqrt(1/2)-1, sqrt(2)-1], highest power first; Cephes logf. */
  public static final float[] LOG = {
    7.0376836292e-2f,
    -1.1514610310e-1f,
    1.1676998740e-1f,
    -1.2420140846e-1f,
    1.4249322787e-1f,
    -1.6668057665e-1f,
    2.0000714765e-1f,
    -2.4999993993e-1f,
    3.3333331174e-1f
  };

  public static final float SQRT_HALF = 0.707106781f;

  /** Coefficients of (tanh(x) - x) / x^3 in x^2 for |x| < 0.625, highest first; Cephes tanhf. */
  public static final float[] TANH = {
    -5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f
  };

  public static final float TANH_SMALL = 0.625f;

  /** |x| up to here: erf(x) = x + x * P(x^2); above: 1 - e^(|x| * Q(|x|) - |x|). */
  public static final float ERF_SMALL = 0.921875f;

  /** P, highest power first; minimax coefficients published by N. Juffa. */
  public static final float[] ERF_P = {
    -5.96761703e-4f,
    4.99119423e-3f,
    -2.67681349e-2f,
    1.12819925e-1f,
    -3.76125336e-1f,
    1.28379166e-1f
  };

  /** Q, highest power first; minimax coefficients published by N. Juffa. */
  public static final float[] ERF_Q = {
    -1.72853470e-5f,
    3.83197126e-4f,
    -3.88396438e-3f,
    2.42546219e-2f,
    -1.06777877e-1f,
    -6.34846687e-1f,
    -1.28717512e-1f
  };

  /** Beyond it erf is +-1 in float32; keeps the exponent polynomial in range. */
  public static final float ERF_LARGE = 4f;

  public static final float SQRT_2_OVER_PI = 0.797884561f;
  public static final float GELU_CUBIC = 0.044715f;

  /**
   * e^x. {@code n = round(x / ln 2)}, {@code r = x - n ln 2}, polynomial, then two multiplications
   * by powers of two, so that subnormal results round once more at most.
   */
  public static float exp(float x) {
    if (x > EXP_MAX) {
      return Float.POSITIVE_INFINITY;
    }
    if (x < EXP_MIN) {
      return 0f;
    }
    float n = (x * LOG2_E + ROUNDER) - ROUNDER;
    float r = (x - n * LN2_HIGH) - n * LN2_LOW;
    float p = polynomial(EXP, r);
    float y = (p * (r * r) + r) + 1f;
    int whole = (int) n;
    int half = whole >> 1;
    return y * powerOfTwo(half) * powerOfTwo(whole - half);
  }

  /** Natural logarithm: exponent times ln 2 plus a polynomial of the significand. */
  public static float log(float x) {
    if (!(x > 0f)) {
      return x == 0f ? Float.NEGATIVE_INFINITY : Float.NaN;
    }
    if (x == Float.POSITIVE_INFINITY) {
      return x;
    }
    boolean subnormal = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(subnormal ? x * 0x1p23f : x);
    int e = (bits >>> 23) - 126 - (subnormal ? 23 : 0);
    float m = Float.intBitsToFloat((bits & 0x007FFFFF) | 0x3F000000);
    if (m < SQRT_HALF) {
      e--;
      m = m + m;
    }
    float f = m - 1f;
    float z = f * f;
    float y = (polynomial(LOG, f) * f) * z;
    y = y + e * LN2_LOW;
    y = y - 0.5f * z;
    return (f + y) + e * LN2_HIGH;
  }

  public static float tanh(float x) {
    float a = Math.abs(x);
    if (a < TANH_SMALL) {
      float z = x * x;
      return (polynomial(TANH, z) * z) * x + x;
    }
    float y = 1f - 2f / (exp(a + a) + 1f);
    return Math.copySign(y, x);
  }

  public static float erf(float x) {
    float a = Math.abs(x);
    if (a <= ERF_SMALL) {
      return polynomial(ERF_P, x * x) * x + x;
    }
    float t = Math.min(a, ERF_LARGE);
    float y = 1f - exp(polynomial(ERF_Q, t) * t - t);
    return Math.copySign(y, x);
  }

  /** {@code 1 / (1 + e^-x)}. */
  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  /** {@code x / (1 + e^-x)}. */
  public static float silu(float x) {
    return x / (1f + exp(-x));
  }

  /** {@code (0.5 x) * (1 + erf(x * sqrt(1/2)))}. */
  public static float gelu(float x) {
    return (0.5f * x) * (1f + erf(x * SQRT_HALF));
  }

  /** {@code (0.5 x) * (1 + tanh(sqrt(2/pi) * (x + 0.044715 * x * x * x)))}. */
  public static float geluTanh(float x) {
    float inner = SQRT_2_OVER_PI * (x + GELU_CUBIC * (x * x * x));
    return (0.5f * x) * (1f + tanh(inner));
  }

  /** {@code max(x, 0) + log(1 + e^-|x|)}. */
  public static float softplus(float x) {
    return Math.max(x, 0f) + log(1f + exp(-Math.abs(x)));
  }

  /** {@code x * tanh(softplus(x))}. */
  public static float mish(float x) {
    return x * tanh(softplus(x));
  }

  /** {@code x * min(max(x / 6 + 0.5, 0), 1)}; the division is a multiplication by float32 1/6. */
  public static float hardSwish(float x) {
    return x * Math.min(Math.max(x * (1f / 6f) + 0.5f, 0f), 1f);
  }

  /** Horner's rule, multiply then add; highest power first. */
  public static float polynomial(float[] coefficients, float x) {
    float y = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) {
      y = y * x + coefficients[i];
    }
    return y;
  }

  /** 2^e for e in [-126, 127]. */
  private static float powerOfTwo(int e) {
    return Float.intBitsToFloat((e + 127) << 23);
  }
}
