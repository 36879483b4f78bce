package fp8sim.fuzz;

import fp8sim.format.BFloat16;
import fp8sim.format.E8M0;
import fp8sim.format.SmallFloat;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** Compares outputs bit for bit, where any NaN equals any other. */
final class Bits {
  private Bits() {}

  static Outcome compare(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    if (!expected.keySet().equals(actual.keySet())) {
      return Outcome.fault("other outputs", expected.keySet() + " / " + actual.keySet());
    }
    for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
      Tensor a = entry.getValue();
      Tensor b = actual.get(entry.getKey());
      if (b == null || a.type() != b.type() || !a.shape().equals(b.shape())) {
        return Outcome.fault("other type", entry.getKey());
      }
      for (int i = 0; i < a.shape().elements(); i++) {
        if (word(a, i) != word(b, i) && !(isNan(a, i) && isNan(b, i))) {
          return Outcome.fault(
              "other bits",
              "%s %s %s: element %d is %x / %x"
                  .formatted(entry.getKey(), a.type(), a.shape(), i, word(a, i), word(b, i)));
        }
      }
    }
    return Outcome.AGREED;
  }

  private static long word(Tensor tensor, int i) {
    MemorySegment data = tensor.data();
    return switch (tensor.type().bytes()) {
      case 1 -> data.getAtIndex(Tensor.BYTE, i);
      case 2 -> data.getAtIndex(Tensor.SHORT, i);
      case 4 -> data.getAtIndex(Tensor.INT, i);
      default -> data.getAtIndex(Tensor.LONG, i);
    };
  }

  private static boolean isNan(Tensor tensor, int i) {
    DataType type = tensor.type();
    long word = word(tensor, i);
    return switch (type) {
      case FLOAT -> Float.isNaN(Float.intBitsToFloat((int) word));
      case DOUBLE -> Double.isNaN(Double.longBitsToDouble(word));
      case FLOAT16 -> Float.isNaN(Float.float16ToFloat((short) word));
      case BFLOAT16 -> Float.isNaN(BFloat16.toFloat((short) word));
      case FLOAT8E4M3FN -> Float.isNaN(SmallFloat.E4M3FN.toFloat((byte) word));
      case FLOAT8E4M3FNUZ -> Float.isNaN(SmallFloat.E4M3FNUZ.toFloat((byte) word));
      case FLOAT8E5M2 -> Float.isNaN(SmallFloat.E5M2.toFloat((byte) word));
      case FLOAT8E8M0 -> (byte) word == E8M0.NAN;
      case FLOAT8E5M2FNUZ -> Float.isNaN(SmallFloat.E5M2FNUZ.toFloat((byte) word));
      default -> false;
    };
  }
}
