package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import fp8sim.kernel.FloatFunctions;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link FloatFunctions} on whole vectors in memory, {@code y[i] = f(x[i])}: the same operations in
 * the same order, so the same bits. x and y are addresses and may be equal.
 *
 * <p>Each loop is flat, and compound functions run several of them over a short buffer: a helper
 * that takes and returns vectors is compiled by itself as soon as it is hot, and then no longer
 * inlined, which puts every vector on the heap. The loops themselves must not be inlined into each
 * other ({@code jvm.options} says so): the compiler gives up on too large a method half-way, and
 * the vectors of the rest are on the heap again. A loop of some thirty operations with comparisons
 * at its end is too large as well: those of {@link #exp} and {@link #erf} cost more than half of
 * their time, and an object for each vector, before they had loops of their own.
 */
final class VectorMath {
  /** Longest buffer in vectors: 2 KiB (AVX2) for each of three levels. */
  static final int BLOCK = 64;

  private static final float EXP0 = FloatFunctions.EXP[0];
  private static final float EXP1 = FloatFunctions.EXP[1];
  private static final float EXP2 = FloatFunctions.EXP[2];
  private static final float EXP3 = FloatFunctions.EXP[3];
  private static final float EXP4 = FloatFunctions.EXP[4];
  private static final float EXP5 = FloatFunctions.EXP[5];
  private static final float LOG0 = FloatFunctions.LOG[0];
  private static final float LOG1 = FloatFunctions.LOG[1];
  private static final float LOG2 = FloatFunctions.LOG[2];
  private static final float LOG3 = FloatFunctions.LOG[3];
  private static final float LOG4 = FloatFunctions.LOG[4];
  private static final float LOG5 = FloatFunctions.LOG[5];
  private static final float LOG6 = FloatFunctions.LOG[6];
  private static final float LOG7 = FloatFunctions.LOG[7];
  private static final float LOG8 = FloatFunctions.LOG[8];
  private static final float TANH0 = FloatFunctions.TANH[0];
  private static final float TANH1 = FloatFunctions.TANH[1];
  private static final float TANH2 = FloatFunctions.TANH[2];
  private static final float TANH3 = FloatFunctions.TANH[3];
  private static final float TANH4 = FloatFunctions.TANH[4];
  private static final float P0 = FloatFunctions.ERF_P[0];
  private static final float P1 = FloatFunctions.ERF_P[1];
  private static final float P2 = FloatFunctions.ERF_P[2];
  private static final float P3 = FloatFunctions.ERF_P[3];
  private static final float P4 = FloatFunctions.ERF_P[4];
  private static final float P5 = FloatFunctions.ERF_P[5];
  private static final float Q0 = FloatFunctions.ERF_Q[0];
  private static final float Q1 = FloatFunctions.ERF_Q[1];
  private static final float Q2 = FloatFunctions.ERF_Q[2];
  private static final float Q3 = FloatFunctions.ERF_Q[3];
  private static final float Q4 = FloatFunctions.ERF_Q[4];
  private static final float Q5 = FloatFunctions.ERF_Q[5];
  private static final float Q6 = FloatFunctions.ERF_Q[6];

  /** e^x and e^-x are infinite and 0 by every rounding, and 2^n of half their exponents exists. */
  private static final float SURELY_INFINITE = 150f;

  private static final int SIGN = 0x80000000;
  private static final int EXPONENT_BIAS = 127;
  private static final int SIGNIFICAND_BITS = 23;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(FloatFunctions.ROUNDER);

  private VectorMath() {}

  static void exp(long x, long y, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector v = Memory.load(x + at);
      v = v.blend(SURELY_INFINITE, v.compare(GT, FloatFunctions.EXP_MAX));
      Memory.store(y + at, v.blend(-SURELY_INFINITE, v.compare(LT, FloatFunctions.EXP_MIN)));
    }
    expOfLimited(y, vectors);
  }

  /** In place; of arguments that are at most {@link #SURELY_INFINITE} away from 0, or NaN. */
  private static void expOfLimited(long y, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector v = Memory.load(y + at);
      FloatVector rounded = v.mul(FloatFunctions.LOG2_E).add(FloatFunctions.ROUNDER);
      FloatVector n = rounded.sub(FloatFunctions.ROUNDER);
      FloatVector r = v.sub(n.mul(FloatFunctions.LN2_HIGH)).sub(n.mul(FloatFunctions.LN2_LOW));
      FloatVector p = r.mul(EXP0).add(EXP1);
      p = p.mul(r).add(EXP2);
      p = p.mul(r).add(EXP3);
      p = p.mul(r).add(EXP4);
      p = p.mul(r).add(EXP5);
      FloatVector result = p.mul(r.mul(r)).add(r).add(1f);
      // the low bits of n + ROUNDER are the integer n
      IntVector whole = rounded.reinterpretAsInts().sub(ROUNDER_BITS);
      IntVector half = whole.lanewise(ASHR, 1);
      IntVector rest = whole.sub(half);
      result =
          result.mul(
              half.add(EXPONENT_BIAS).lanewise(LSHL, SIGNIFICAND_BITS).reinterpretAsFloats());
      Memory.store(
          y + at,
          result.mul(
              rest.add(EXPONENT_BIAS).lanewise(LSHL, SIGNIFICAND_BITS).reinterpretAsFloats()));
    }
  }

  static void log(long x, long y, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector v = Memory.load(x + at);
      VectorMask<Float> subnormal = v.compare(LT, Float.MIN_NORMAL);
      IntVector bits = v.blend(v.mul(0x1p23f), subnormal).reinterpretAsInts();
      FloatVector e = (FloatVector) bits.lanewise(LSHR, SIGNIFICAND_BITS).sub(126).convert(I2F, 0);
      e = e.blend(e.sub(23f), subnormal);
      FloatVector m = bits.and(0x007FFFFF).or(0x3F000000).reinterpretAsFloats();
      VectorMask<Float> small = m.compare(LT, FloatFunctions.SQRT_HALF);
      e = e.blend(e.sub(1f), small);
      FloatVector f = m.blend(m.add(m), small).sub(1f);
      FloatVector z = f.mul(f);
      FloatVector p = f.mul(LOG0).add(LOG1);
      p = p.mul(f).add(LOG2);
      p = p.mul(f).add(LOG3);
      p = p.mul(f).add(LOG4);
      p = p.mul(f).add(LOG5);
      p = p.mul(f).add(LOG6);
      p = p.mul(f).add(LOG7);
      p = p.mul(f).add(LOG8);
      FloatVector result = p.mul(f).mul(z).add(e.mul(FloatFunctions.LN2_LOW)).sub(z.mul(0.5f));
      result = f.add(result).add(e.mul(FloatFunctions.LN2_HIGH));
      result = result.blend(v, v.compare(EQ, Float.POSITIVE_INFINITY));
      result = result.blend(Float.NaN, v.compare(GT, 0f).not());
      Memory.store(y + at, result.blend(Float.NEGATIVE_INFINITY, v.compare(EQ, 0f)));
    }
  }

  static void sigmoid(long x, long y, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(y + at, Memory.load(x + at).neg());
    }
    exp(y, y, vectors);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(y + at, one.div(Memory.load(y + at).add(1f)));
    }
  }

  /** At most {@link #BLOCK} vectors, as all that follow. */
  static void silu(long x, long y, int vectors) {
    long t = Scratch.current().buffer(0);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(t + at, Memory.load(x + at).neg());
    }
    exp(t, t, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(y + at, Memory.load(x + at).div(Memory.load(t + at).add(1f)));
    }
  }

  static void tanh(long x, long y, int vectors) {
    long t = Scratch.current().buffer(0);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector a = Memory.load(x + at).abs();
      Memory.store(t + at, a.add(a));
    }
    exp(t, t, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector v = Memory.load(x + at);
      FloatVector z = v.mul(v);
      FloatVector p = z.mul(TANH0).add(TANH1);
      p = p.mul(z).add(TANH2);
      p = p.mul(z).add(TANH3);
      p = p.mul(z).add(TANH4);
      FloatVector small = p.mul(z).mul(v).add(v);
      FloatVector quotient = FloatVector.broadcast(SPECIES, 2f).div(Memory.load(t + at).add(1f));
      FloatVector large =
          FloatVector.broadcast(SPECIES, 1f)
              .sub(quotient)
              .reinterpretAsInts()
              .and(~SIGN)
              .or(v.reinterpretAsInts().and(SIGN))
              .reinterpretAsFloats();
      Memory.store(y + at, large.blend(small, v.abs().compare(LT, FloatFunctions.TANH_SMALL)));
    }
  }

  static void erf(long x, long y, int vectors) {
    long t = Scratch.current().buffer(0);
    erfExponent(x, t, vectors);
    exp(t, t, vectors);
    erfOfLarge(x, t, vectors);
    erfOfSmall(x, t, y, vectors);
  }

  private static void erfExponent(long x, long t, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector a = Memory.load(x + at).abs().min(FloatFunctions.ERF_LARGE);
      FloatVector q = a.mul(Q0).add(Q1);
      q = q.mul(a).add(Q2);
      q = q.mul(a).add(Q3);
      q = q.mul(a).add(Q4);
      q = q.mul(a).add(Q5);
      q = q.mul(a).add(Q6);
      Memory.store(t + at, q.mul(a).sub(a));
    }
  }

  /** {@code 1 - t} with the sign of x, in place. */
  private static void erfOfLarge(long x, long t, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      IntVector sign = Memory.load(x + at).reinterpretAsInts().and(SIGN);
      FloatVector large = FloatVector.broadcast(SPECIES, 1f).sub(Memory.load(t + at));
      Memory.store(t + at, large.reinterpretAsInts().and(~SIGN).or(sign).reinterpretAsFloats());
    }
  }

  /** t where x is large. */
  private static void erfOfSmall(long x, long t, long y, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector v = Memory.load(x + at);
      FloatVector z = v.mul(v);
      FloatVector p = z.mul(P0).add(P1);
      p = p.mul(z).add(P2);
      p = p.mul(z).add(P3);
      p = p.mul(z).add(P4);
      p = p.mul(z).add(P5);
      FloatVector small = p.mul(v).add(v);
      FloatVector large = Memory.load(t + at);
      Memory.store(y + at, large.blend(small, v.abs().compare(LE, FloatFunctions.ERF_SMALL)));
    }
  }

  static void gelu(long x, long y, int vectors) {
    long u = Scratch.current().buffer(1);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(u + at, Memory.load(x + at).mul(FloatFunctions.SQRT_HALF));
    }
    erf(u, u, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(y + at, Memory.load(x + at).mul(0.5f).mul(Memory.load(u + at).add(1f)));
    }
  }

  static void geluTanh(long x, long y, int vectors) {
    long u = Scratch.current().buffer(1);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector v = Memory.load(x + at);
      FloatVector cubic = v.mul(v).mul(v).mul(FloatFunctions.GELU_CUBIC);
      Memory.store(u + at, v.add(cubic).mul(FloatFunctions.SQRT_2_OVER_PI));
    }
    tanh(u, u, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(y + at, Memory.load(x + at).mul(0.5f).mul(Memory.load(u + at).add(1f)));
    }
  }

  static void softplus(long x, long y, int vectors) {
    long u = Scratch.current().buffer(1);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(u + at, Memory.load(x + at).abs().neg());
    }
    exp(u, u, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(u + at, Memory.load(u + at).add(1f));
    }
    log(u, u, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(y + at, Memory.load(x + at).max(0f).add(Memory.load(u + at)));
    }
  }

  static void mish(long x, long y, int vectors) {
    long w = Scratch.current().buffer(2);
    softplus(x, w, vectors);
    tanh(w, w, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(y + at, Memory.load(x + at).mul(Memory.load(w + at)));
    }
  }

  static void hardSwish(long x, long y, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector v = Memory.load(x + at);
      Memory.store(y + at, v.mul(v.mul(1f / 6f).add(0.5f).max(0f).min(1f)));
    }
  }

  /** {@code x >= 0 ? x : alpha * (exp(x) - 1)}. */
  static void elu(long x, long y, int vectors, float alpha) {
    long t = Scratch.current().buffer(0);
    exp(x, t, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector v = Memory.load(x + at);
      Memory.store(y + at, Memory.load(t + at).sub(1f).mul(alpha).blend(v, v.compare(GE, 0f)));
    }
  }

  /** {@code beta * (x > 0 ? x : alpha * (exp(x) - 1))}. */
  static void selu(long x, long y, int vectors, float alpha, float beta) {
    long t = Scratch.current().buffer(0);
    exp(x, t, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector v = Memory.load(x + at);
      FloatVector negative = Memory.load(t + at).sub(1f).mul(alpha);
      Memory.store(y + at, negative.blend(v, v.compare(GT, 0f)).mul(beta));
    }
  }

  /** {@code max(0, x) + min(0, alpha * (exp(x / alpha) - 1))}. */
  static void celu(long x, long y, int vectors, float alpha) {
    long t = Scratch.current().buffer(0);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(t + at, Memory.load(x + at).div(alpha));
    }
    exp(t, t, vectors);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      Memory.store(
          y + at, Memory.load(x + at).max(0f).add(Memory.load(t + at).sub(1f).mul(alpha).min(0f)));
    }
  }
}
