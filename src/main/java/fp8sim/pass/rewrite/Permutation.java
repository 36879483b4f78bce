package fp8sim.pass.rewrite;

import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Orders of axes, as Transpose has them: axis {@code i} of the result is axis {@code axes[i]}. */
public record Permutation(List<Integer> axes) {
  public Permutation {
    axes = List.copyOf(axes);
  }

  /** The last two axes exchanged. */
  public static Permutation ofLastTwo(int rank) {
    List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.swap(axes, rank - 2, rank - 1);
    return new Permutation(axes);
  }

  /** The axes named by the letters of {@code from} in the order of {@code to}. */
  static Permutation of(String from, String to) {
    return new Permutation(to.chars().mapToObj(from::indexOf).toList());
  }

  boolean isIdentity() {
    return axes.equals(IntStream.range(0, axes.size()).boxed().toList());
  }

  Op.Transpose op() {
    return new Op.Transpose(axes);
  }

  public Shape apply(Shape shape) {
    return Shape.of(axes.stream().mapToInt(shape::dim).toArray());
  }

  /** The tensor with its axes in this order, in new memory. */
  public Tensor apply(Tensor tensor) {
    Shape shape = apply(tensor.shape());
    Tensor result = Tensor.zeros(tensor.type(), shape);
    int[] strides = tensor.shape().strides();
    int[] index = new int[axes.size()];
    long bytes = tensor.type().bytes();
    long from = 0;
    for (long i = 0; i < shape.elements(); i++) {
      result.data().asSlice(i * bytes, bytes).copyFrom(tensor.data().asSlice(from * bytes, bytes));
      for (int axis = index.length - 1; axis >= 0; axis--) {
        from += strides[axes.get(axis)];
        if (++index[axis] < shape.dim(axis)) {
          break;
        }
        from -= (long) strides[axes.get(axis)] * shape.dim(axis);
        index[axis] = 0;
      }
    }
    return result;
  }
}
