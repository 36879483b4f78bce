package fp8sim.contract;

import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.SplittableRandom;

/** Reproducible operands. */
final class RandomTensors {
  /** Float32 numbers that arithmetic treats apart, and both ones. */
  static final float[] SPECIALS = {
    0f,
    -0f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1f,
    -1f
  };

  private final SplittableRandom random;

  RandomTensors(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Normally distributed numbers with a few zeros of both signs. */
  Tensor normal(int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(16) == 0 ? zero() : (float) random.nextGaussian();
    }
    return Tensor.ofFloats(shape, values);
  }

  /** Numbers from a range. */
  Tensor uniform(double low, double high, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(low, high);
    }
    return Tensor.ofFloats(shape, values);
  }

  private float zero() {
    return random.nextBoolean() ? 0f : -0f;
  }
}
