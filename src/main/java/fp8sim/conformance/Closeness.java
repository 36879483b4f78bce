package fp8sim.conformance;

import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;

/** How far a tensor is from what was expected of it. */
public final class Closeness {
  private Closeness() {}

  /**
   * Compares as the ONNX backend test suite does: floating point within {@code |a - e| <= absolute
   * + relative * |e|}, NaN and infinities alike, everything else exactly.
   *
   * @return an empty text if the tensors agree, else one line that says where they do not
   */
  public static String difference(
      Tensor actual, Tensor expected, double relative, double absolute) {
    if (actual.type() != expected.type() || !actual.shape().equals(expected.shape())) {
      return "%s %s instead of %s %s"
          .formatted(actual.type(), actual.shape(), expected.type(), expected.shape());
    }
    int elements = actual.shape().elements();
    for (int i = 0; i < elements; i++) {
      boolean close =
          actual.type().isFloating()
              ? isClose(real(actual, i), real(expected, i), relative, absolute)
              : bits(actual, i) == bits(expected, i);
      if (!close) {
        return "element %d is %s instead of %s".formatted(i, text(actual, i), text(expected, i));
      }
    }
    return "";
  }

  /**
   * The relative L2 error {@code |a - e| / |e|} of two float32 tensors of one shape; 0 if both are
   * zero everywhere.
   */
  public static double relativeL2(Tensor actual, Tensor expected) {
    float[] a = actual.toFloats();
    float[] e = expected.toFloats();
    double error = 0;
    double norm = 0;
    for (int i = 0; i < e.length; i++) {
      error += ((double) a[i] - e[i]) * ((double) a[i] - e[i]);
      norm += (double) e[i] * e[i];
    }
    return error == 0 ? 0 : Math.sqrt(error / norm);
  }

  private static boolean isClose(double a, double e, double relative, double absolute) {
    if (Double.isNaN(a) || Double.isNaN(e)) {
      return Double.isNaN(a) && Double.isNaN(e);
    }
    return a == e || Math.abs(a - e) <= absolute + relative * Math.abs(e);
  }

  private static String text(Tensor tensor, int i) {
    return tensor.type().isFloating()
        ? Double.toString(real(tensor, i))
        : Long.toString(bits(tensor, i));
  }

  /** Types of at most 8 bits compare by their codes. */
  private static double real(Tensor tensor, int i) {
    return tensor.type().isSmallFloat() ? bits(tensor, i) : Conversion.real(tensor, i);
  }

  private static long bits(Tensor tensor, int i) {
    DataType type = tensor.type();
    return switch (type.bytes()) {
      case 1 -> tensor.data().get(Tensor.BYTE, i);
      case 2 -> tensor.data().getAtIndex(Tensor.SHORT, i);
      case 4 -> tensor.data().getAtIndex(Tensor.INT, i);
      default -> tensor.data().getAtIndex(Tensor.LONG, i);
    };
  }
}
