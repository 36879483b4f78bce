package fp8sim.kernel.tornado.lower;

import fp8sim.format.ScalarQuantizer;
import fp8sim.kernel.tornado.device.DeviceEpilogue;
import java.util.ArrayDeque;
import java.util.Collection;
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

  /** Goes outward from zero: both ends may be the same, NaN. */
  static QuantizerSteps of(ScalarQuantizer quantizer) {
    ArrayDeque<Float> thresholds = new ArrayDeque<>();
    ArrayDeque<Float> values = new ArrayDeque<>();
    values.add(quantizer.apply(0f));
    int last = key(Float.POSITIVE_INFINITY);
    for (int at = 0; !same(quantizer, last, values.getLast()); ) {
      at = change(quantizer, at, last, values.getLast());
      thresholds.addLast(value(at));
      values.addLast(quantizer.apply(value(at)));
      require(values, quantizer);
    }
    int first = key(Float.NEGATIVE_INFINITY);
    for (int at = 0; !same(quantizer, first, values.getFirst()); ) {
      at = change(quantizer, at, first, values.getFirst());
      thresholds.addFirst(value(at + 1));
      values.addFirst(quantizer.apply(value(at)));
      require(values, quantizer);
    }
    return new QuantizerSteps(List.copyOf(thresholds), List.copyOf(values));
  }

  private static void require(Collection<Float> values, ScalarQuantizer quantizer) {
    if (values.size() > MOST_STEPS) {
      throw new IllegalStateException(quantizer.format().name() + " is not a step function");
    }
  }

  /** The key nearest to {@code from}, towards {@code end}, whose value is not {@code value}. */
  private static int change(ScalarQuantizer quantizer, int from, int end, float value) {
    long same = from;
    long other = end;
    while (Math.abs(other - same) > 1) {
      long middle = Math.floorDiv(same + other, 2);
      if (same(quantizer, (int) middle, value)) {
        same = middle;
      } else {
        other = middle;
      }
    }
    return (int) other;
  }

  private static boolean same(ScalarQuantizer quantizer, int key, float value) {
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
