package fp8sim.kernel.tornado;

import fp8sim.format.Quantizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A quantizer as a step function: {@code values[i]} where i thresholds are not above x. Any
 * quantizer whose value depends on x alone is one, since rounding is monotone; the thresholds are
 * found with the quantizer itself, so that every float32 number gives its bits.
 *
 * @param thresholds ascending, {@code values.length - 1} of them
 * @param values the results, each different from the one before
 */
record QuantizerSteps(List<Float> thresholds, List<Float> values) {
  /** Formats have at most 16 bits. */
  private static final int MOST_STEPS = 1 << 17;

  static QuantizerSteps of(Quantizer quantizer) {
    List<Float> thresholds = new ArrayList<>();
    List<Float> values = new ArrayList<>();
    int last = key(Float.POSITIVE_INFINITY);
    int at = key(Float.NEGATIVE_INFINITY);
    values.add(quantizer.apply(value(at)));
    while (!same(quantizer, last, values.getLast())) {
      at = nextStep(quantizer, at, last, values.getLast());
      thresholds.add(value(at));
      values.add(quantizer.apply(value(at)));
      if (values.size() > MOST_STEPS) {
        throw new IllegalStateException(quantizer.format().name() + " is not a step function");
      }
    }
    return new QuantizerSteps(thresholds, values);
  }

  /** The first key whose value differs from {@code value}, which that of {@code from} has. */
  private static int nextStep(Quantizer quantizer, int from, int last, float value) {
    long low = from;
    long high = last;
    while (high - low > 1) {
      long middle = Math.floorDiv(low + high, 2);
      if (same(quantizer, (int) middle, value)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (int) high;
  }

  private static boolean same(Quantizer quantizer, int key, float value) {
    return Float.floatToIntBits(quantizer.apply(value(key))) == Float.floatToIntBits(value);
  }

  /** Keys are ordered as numbers are; both zeros have key 0. */
  private static int key(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits < 0 ? Integer.MIN_VALUE - bits : bits;
  }

  private static float value(int key) {
    return Float.intBitsToFloat(key < 0 ? Integer.MIN_VALUE - key : key);
  }

  /** Half the size of {@link #padded}, a power of two. */
  int half() {
    return Math.max(1, Integer.highestOneBit(2 * values.size() - 1) / 2);
  }

  /** {@code 2 * half()} thresholds and as many values, as {@link DeviceEpilogue#QUANTIZE} says. */
  float[] padded() {
    int size = 2 * half();
    float[] all = new float[2 * size];
    for (int i = 0; i < size; i++) {
      all[i] = i < thresholds.size() ? thresholds.get(i) : Float.POSITIVE_INFINITY;
      all[size + i] = values.get(Math.min(i, values.size() - 1));
    }
    return all;
  }
}
