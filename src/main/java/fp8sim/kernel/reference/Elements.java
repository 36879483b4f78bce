package fp8sim.kernel.reference;

import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Moves elements of any type without looking at them. */
final class Elements {
  private Elements() {}

  /** Element {@code i} of y becomes element {@code j} of x. */
  static void copy(Tensor x, int j, Tensor y, int i) {
    MemorySegment from = x.data();
    MemorySegment to = y.data();
    switch (x.type().bytes()) {
      case 1 -> to.setAtIndex(Tensor.BYTE, i, from.getAtIndex(Tensor.BYTE, j));
      case 2 -> to.setAtIndex(Tensor.SHORT, i, from.getAtIndex(Tensor.SHORT, j));
      case 4 -> to.setAtIndex(Tensor.INT, i, from.getAtIndex(Tensor.INT, j));
      default -> to.setAtIndex(Tensor.LONG, i, from.getAtIndex(Tensor.LONG, j));
    }
  }

  /** {@code y[i] = x[positions[i]]}. */
  static void gather(Tensor x, int[] positions, Tensor y) {
    for (int i = 0; i < positions.length; i++) {
      copy(x, positions[i], y, i);
    }
  }

  /** As {@link #gather(Tensor, int[], Tensor)}; where the position is negative, {@code other}. */
  static void gather(Tensor x, int[] positions, Tensor other, Tensor y) {
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] < 0) {
        copy(other, 0, y, i);
      } else {
        copy(x, positions[i], y, i);
      }
    }
  }

  /** All of x to all of y, which may be the same memory. */
  static void copy(Tensor x, Tensor y) {
    if (x.data().address() != y.data().address()) {
      y.data().copyFrom(x.data());
    }
  }
}
