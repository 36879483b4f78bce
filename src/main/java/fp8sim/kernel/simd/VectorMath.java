package fp8sim.kernel.simd;

import static fp8sim.kernel.simd.Memory.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import fp8sim.kernel.FloatFunctions;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link FloatFunctions} on vectors: the same operations in the same order, so the same bits. */
final class VectorMath {
  private static final float[] EXP = FloatFunctions.EXP;
  private static final float[] LOG = FloatFunctions.LOG;
  private static final float[] TANH = FloatFunctions.TANH;
  private static final float[] ERF_P = FloatFunctions.ERF_P;
  private static final float[] ERF_Q = FloatFunctions.ERF_Q;

  private static final int SIGN = 0x80000000;
  private static final int EXPONENT_BIAS = 127;
  private static final int SIGNIFICAND_BITS = 23;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(FloatFunctions.ROUNDER);

  private VectorMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector rounded = x.mul(FloatFunctions.LOG2_E).add(FloatFunctions.ROUNDER);
    FloatVector n = rounded.sub(FloatFunctions.ROUNDER);
    FloatVector r = x.sub(n.mul(FloatFunctions.LN2_HIGH)).sub(n.mul(FloatFunctions.LN2_LOW));
    FloatVector p = polynomial6(EXP, r);
    FloatVector y = p.mul(r.mul(r)).add(r).add(1f);
    // the low bits of n + ROUNDER are the integer n
    IntVector whole = rounded.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = whole.lanewise(ASHR, 1);
    y = y.mul(powerOfTwo(half)).mul(powerOfTwo(whole.sub(half)));
    y = y.blend(Float.POSITIVE_INFINITY, x.compare(GT, FloatFunctions.EXP_MAX));
    return y.blend(0f, x.compare(LT, FloatFunctions.EXP_MIN));
  }

  static FloatVector log(FloatVector x) {
    VectorMask<Float> subnormal = x.compare(LT, Float.MIN_NORMAL);
    IntVector bits = x.blend(x.mul(0x1p23f), subnormal).reinterpretAsInts();
    FloatVector e =
        (FloatVector)
            bits.lanewise(LSHR, SIGNIFICAND_BITS).sub(126).convert(VectorOperators.I2F, 0);
    e = e.blend(e.sub(23f), subnormal);
    FloatVector m = bits.and(0x007FFFFF).or(0x3F000000).reinterpretAsFloats();
    VectorMask<Float> small = m.compare(LT, FloatFunctions.SQRT_HALF);
    e = e.blend(e.sub(1f), small);
    m = m.blend(m.add(m), small);
    FloatVector f = m.sub(1f);
    FloatVector z = f.mul(f);
    FloatVector y = polynomial9(LOG, f).mul(f).mul(z);
    y = y.add(e.mul(FloatFunctions.LN2_LOW));
    y = y.sub(z.mul(0.5f));
    y = f.add(y).add(e.mul(FloatFunctions.LN2_HIGH));
    y = y.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
    y = y.blend(Float.NaN, x.compare(GT, 0f).not());
    return y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector z = x.mul(x);
    FloatVector small = polynomial5(TANH, z).mul(z).mul(x).add(x);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector large = one.sub(two.div(exp(a.add(a)).add(1f)));
    return copySign(large, x).blend(small, a.compare(LT, FloatFunctions.TANH_SMALL));
  }

  static FloatVector erf(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector small = polynomial6(ERF_P, x.mul(x)).mul(x).add(x);
    FloatVector t = a.min(FloatFunctions.ERF_LARGE);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector large = one.sub(exp(polynomial7(ERF_Q, t).mul(t).sub(t)));
    return copySign(large, x).blend(small, a.compare(LE, FloatFunctions.ERF_SMALL));
  }

  static FloatVector sigmoid(FloatVector x) {
    return FloatVector.broadcast(SPECIES, 1f).div(exp(x.neg()).add(1f));
  }

  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1f));
  }

  static FloatVector gelu(FloatVector x) {
    return x.mul(0.5f).mul(erf(x.mul(FloatFunctions.SQRT_HALF)).add(1f));
  }

  static FloatVector geluTanh(FloatVector x) {
    FloatVector cubic = x.mul(x).mul(x).mul(FloatFunctions.GELU_CUBIC);
    FloatVector inner = x.add(cubic).mul(FloatFunctions.SQRT_2_OVER_PI);
    return x.mul(0.5f).mul(tanh(inner).add(1f));
  }

  static FloatVector softplus(FloatVector x) {
    return x.max(0f).add(log(exp(x.abs().neg()).add(1f)));
  }

  static FloatVector mish(FloatVector x) {
    return x.mul(tanh(softplus(x)));
  }

  static FloatVector hardSwish(FloatVector x) {
    return x.mul(x.mul(1f / 6f).add(0.5f).max(0f).min(1f));
  }

  /** {@code x >= 0 ? x : other}. */
  static FloatVector positiveOr(FloatVector x, FloatVector other) {
    return other.blend(x, x.compare(GE, 0f));
  }

  private static FloatVector copySign(FloatVector magnitude, FloatVector sign) {
    return magnitude
        .reinterpretAsInts()
        .and(~SIGN)
        .or(sign.reinterpretAsInts().and(SIGN))
        .reinterpretAsFloats();
  }

  /** 2^e for e in [-126, 127]. */
  private static FloatVector powerOfTwo(IntVector e) {
    return e.add(EXPONENT_BIAS).lanewise(LSHL, SIGNIFICAND_BITS).reinterpretAsFloats();
  }

  private static FloatVector polynomial5(float[] c, FloatVector x) {
    FloatVector y = x.mul(c[0]).add(c[1]);
    return y.mul(x).add(c[2]).mul(x).add(c[3]).mul(x).add(c[4]);
  }

  private static FloatVector polynomial6(float[] c, FloatVector x) {
    return polynomial5(c, x).mul(x).add(c[5]);
  }

  private static FloatVector polynomial7(float[] c, FloatVector x) {
    return polynomial6(c, x).mul(x).add(c[6]);
  }

  private static FloatVector polynomial9(float[] c, FloatVector x) {
    return polynomial7(c, x).mul(x).add(c[7]).mul(x).add(c[8]);
  }
}
