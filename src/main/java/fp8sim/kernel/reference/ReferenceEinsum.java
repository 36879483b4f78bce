package fp8sim.kernel.reference;

import fp8sim.graph.Einsum;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code y[output labels] = sum over the other labels of x0[..] * x1[..] * ...}: products from left
 * to right, added from +0 in row-major order of the labels as they first appear.
 */
final class ReferenceEinsum {
  /** Where an operand's factors lie: element {@code starts[output] + offsets[term]}. */
  private record Walk(int[] starts, int[] offsets) {}

  private ReferenceEinsum() {}

  static Executable bind(Step step, Binding binding) {
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0; i < step.inputs().size(); i++) {
      operands.add(binding.tensor(step.input(i)));
    }
    Tensor y = binding.tensor(step.output());
    return parallel -> {
      List<Walk> walks = walks(((Einsum) step.op()).equation(), operands);
      if (y.type().isFloating()) {
        Values.store(y, sum(operands.stream().map(Values::doubles).toList(), walks, y));
      } else {
        Values.store(y, sumIntegers(operands.stream().map(Values::longs).toList(), walks, y));
      }
    };
  }

  private static List<Walk> walks(String text, List<Tensor> operands) {
    EinsumEquation equation =
        EinsumEquation.parse(text, operands.stream().map(x -> x.shape().rank()).toList());
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      Shape shape = operands.get(i).shape();
      for (int axis = 0; axis < shape.rank(); axis++) {
        sizes.merge(equation.operands().get(i).get(axis), shape.dim(axis), ReferenceEinsum::wider);
      }
    }
    List<Walk> walks = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      List<Integer> labels = equation.operands().get(i);
      Shape shape = operands.get(i).shape();
      walks.add(
          new Walk(
              positions(equation.output(), sizes, labels, shape),
              positions(equation.summed(), sizes, labels, shape)));
    }
    return walks;
  }

  /** Of two sizes of one label; an axis of size 1 broadcasts. */
  private static int wider(int a, int b) {
    return a == 1 ? b : a;
  }

  /** A label that an operand has twice walks along its diagonal; one that it lacks stands still. */
  private static int[] positions(
      List<Integer> walked, Map<Integer, Integer> sizes, List<Integer> labels, Shape shape) {
    int[] dims = new int[walked.size()];
    int[] strides = new int[walked.size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = sizes.getOrDefault(walked.get(i), 1);
      for (int axis = 0; axis < shape.rank(); axis++) {
        if (labels.get(axis).equals(walked.get(i)) && shape.dim(axis) != 1) {
          strides[i] += shape.strides()[axis];
        }
      }
    }
    return Strided.positions(dims, strides, 0);
  }

  private static double[] sum(List<double[]> operands, List<Walk> walks, Tensor y) {
    Arithmetic a = Arithmetic.of(y.type());
    double[] sums = new double[y.shape().elements()];
    int terms = walks.getFirst().offsets().length;
    for (int i = 0; i < sums.length; i++) {
      for (int t = 0; t < terms; t++) {
        double product = 1;
        for (int o = 0; o < operands.size(); o++) {
          Walk walk = walks.get(o);
          product = a.multiply(product, operands.get(o)[walk.starts()[i] + walk.offsets()[t]]);
        }
        sums[i] = a.add(sums[i], product);
      }
    }
    return sums;
  }

  private static long[] sumIntegers(List<long[]> operands, List<Walk> walks, Tensor y) {
    long[] sums = new long[y.shape().elements()];
    int terms = walks.getFirst().offsets().length;
    for (int i = 0; i < sums.length; i++) {
      for (int t = 0; t < terms; t++) {
        long product = 1;
        for (int o = 0; o < operands.size(); o++) {
          Walk walk = walks.get(o);
          product *= operands.get(o)[walk.starts()[i] + walk.offsets()[t]];
        }
        sums[i] += product;
      }
    }
    return sums;
  }
}
