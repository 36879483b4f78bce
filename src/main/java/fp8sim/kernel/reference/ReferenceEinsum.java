package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code y[output labels] = sum over the other labels of x0[..] * x1[..] * ...}: products from left
 * to right, added from +0 in row-major order of the labels as they first appear.
 */
final class ReferenceEinsum {
  /**
   * Where an operand's factors lie.
   *
   * @param starts the element of the first term of each output
   * @param strides steps along the summed labels, in elements
   */
  private record Walk(int[] starts, int[] strides) {}

  private ReferenceEinsum() {}

  static Executable bind(Step step, Binding binding) {
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0; i < step.inputs().size(); i++) {
      operands.add(binding.tensor(step.input(i)));
    }
    Tensor y = binding.tensor(step.output());
    EinsumEquation equation =
        EinsumEquation.parse(
            ((Op.Einsum) step.op()).equation(),
            operands.stream().map(x -> x.shape().rank()).toList());
    Map<Integer, Integer> sizes = sizes(equation, operands);
    int[] summed = dims(equation.summed(), sizes);
    return parallel -> {
      List<Walk> walks = walks(equation, sizes, operands);
      if (y.type().isFloating()) {
        Values.store(y, sum(operands.stream().map(Values::doubles).toList(), walks, summed, y));
      } else {
        Values.store(
            y, sumIntegers(operands.stream().map(Values::longs).toList(), walks, summed, y));
      }
    };
  }

  private static Map<Integer, Integer> sizes(EinsumEquation equation, List<Tensor> operands) {
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      Shape shape = operands.get(i).shape();
      for (int axis = 0; axis < shape.rank(); axis++) {
        sizes.merge(equation.operands().get(i).get(axis), shape.dim(axis), ReferenceEinsum::wider);
      }
    }
    return sizes;
  }

  private static List<Walk> walks(
      EinsumEquation equation, Map<Integer, Integer> sizes, List<Tensor> operands) {
    int[] dims = dims(equation.output(), sizes);
    List<Walk> walks = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      List<Integer> labels = equation.operands().get(i);
      Shape shape = operands.get(i).shape();
      int[] starts = Strides.positions(dims, strides(equation.output(), labels, shape), 0);
      walks.add(new Walk(starts, strides(equation.summed(), labels, shape)));
    }
    return walks;
  }

  /** Of two sizes of one label; an axis of size 1 broadcasts. */
  private static int wider(int a, int b) {
    return a == 1 ? b : a;
  }

  private static int[] dims(List<Integer> labels, Map<Integer, Integer> sizes) {
    return labels.stream().mapToInt(label -> sizes.getOrDefault(label, 1)).toArray();
  }

  /** A label that an operand has twice walks along its diagonal; one that it lacks stands still. */
  private static int[] strides(List<Integer> walked, List<Integer> labels, Shape shape) {
    int[] strides = new int[walked.size()];
    for (int i = 0; i < strides.length; i++) {
      for (int axis = 0; axis < shape.rank(); axis++) {
        if (labels.get(axis).equals(walked.get(i)) && shape.dim(axis) != 1) {
          strides[i] += shape.strides()[axis];
        }
      }
    }
    return strides;
  }

  /** The positions of the factors of one output's terms, one term after the other. */
  private static final class Terms {
    private final List<Walk> walks;
    private final int[] dims;
    private final int[] index;

    /** Of each operand. */
    final int[] at;

    Terms(List<Walk> walks, int[] dims) {
      this.walks = walks;
      this.dims = dims;
      this.index = new int[dims.length];
      this.at = new int[walks.size()];
    }

    /** Goes to the first term of an output; false if there is none. */
    boolean start(int output) {
      for (int o = 0; o < at.length; o++) {
        at[o] = walks.get(o).starts()[output];
      }
      return Arrays.stream(dims).noneMatch(dim -> dim == 0);
    }

    /** Goes to the next term; false after the last one. */
    boolean next() {
      for (int label = dims.length - 1; label >= 0; label--) {
        boolean wraps = ++index[label] == dims[label];
        int steps = wraps ? 1 - dims[label] : 1;
        for (int o = 0; o < at.length; o++) {
          at[o] += steps * walks.get(o).strides()[label];
        }
        if (!wraps) {
          return true;
        }
        index[label] = 0;
      }
      return false;
    }
  }

  private static double[] sum(List<double[]> operands, List<Walk> walks, int[] summed, Tensor y) {
    Arithmetic a = Arithmetic.of(y.type());
    double[] sums = new double[y.shape().elements()];
    Terms terms = new Terms(walks, summed);
    for (int i = 0; i < sums.length; i++) {
      for (boolean more = terms.start(i); more; more = terms.next()) {
        double product = 1;
        for (int o = 0; o < terms.at.length; o++) {
          product = a.multiply(product, operands.get(o)[terms.at[o]]);
        }
        sums[i] = a.add(sums[i], product);
      }
    }
    return sums;
  }

  private static long[] sumIntegers(
      List<long[]> operands, List<Walk> walks, int[] summed, Tensor y) {
    long[] sums = new long[y.shape().elements()];
    Terms terms = new Terms(walks, summed);
    for (int i = 0; i < sums.length; i++) {
      for (boolean more = terms.start(i); more; more = terms.next()) {
        long product = 1;
        for (int o = 0; o < terms.at.length; o++) {
          product *= operands.get(o)[terms.at[o]];
        }
        sums[i] += product;
      }
    }
    return sums;
  }
}
