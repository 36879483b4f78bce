package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Layer, Instance, Group and RMS normalization of blocks of adjacent elements: {@code d = x -
 * mean}, {@code y = (d * (1 / sqrt(mean(d * d) + epsilon))) * scale + bias}. RMS takes {@code d =
 * x} and has no bias.
 */
final class ReferenceMeanNormalization {
  /**
   * How a tensor is cut.
   *
   * @param size elements in a block
   * @param scale which element of the scale belongs to element i: {@code scale[i mod its length]}
   * @param bias likewise
   */
  private record Blocks(int size, int[] scale, int[] bias, float epsilon, boolean centred) {}

  private ReferenceMeanNormalization() {}

  static Executable bind(Op.LayerNormalization op, Step step, Binding binding) {
    return bind(step, binding, rows(step, op.axis(), op.epsilon(), true));
  }

  static Executable bind(Op.RmsNormalization op, Step step, Binding binding) {
    return bind(step, binding, rows(step, op.axis(), op.epsilon(), false));
  }

  static Executable bind(Op.InstanceNormalization op, Step step, Binding binding) {
    Shape x = step.input(0).shape();
    return bind(step, binding, channels(step, x.elements(2, x.rank()), op.epsilon()));
  }

  static Executable bind(Op.GroupNormalization op, Step step, Binding binding) {
    Shape x = step.input(0).shape();
    int size = x.elements(1, x.rank()) / op.groups();
    return bind(step, binding, channels(step, size, op.epsilon()));
  }

  private static Executable bind(Step step, Binding binding, Blocks blocks) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    Operand optionalBias = step.optionalInput(2);
    Supplier<double[]> scale = Inputs.doubles(step.input(1), binding);
    Supplier<double[]> bias = optionalBias == null ? null : Inputs.doubles(optionalBias, binding);
    Arithmetic arithmetic = Arithmetic.of(x.type());
    return parallel -> {
      double[] values = Values.doubles(x);
      for (int from = 0; from < values.length; from += blocks.size()) {
        standardize(values, from, blocks, arithmetic);
      }
      scale(values, blocks, scale.get(), bias == null ? null : bias.get(), arithmetic);
      Values.store(y, values);
    };
  }

  private static Blocks rows(Step step, int axis, float epsilon, boolean centred) {
    Shape x = step.input(0).shape();
    Shape scale = step.input(1).shape();
    Operand bias = step.optionalInput(2);
    Shape normalized = trailing(x, Axes.fromFront(axis, x.rank()));
    return new Blocks(
        normalized.elements(),
        broadcast(scale, normalized),
        broadcast(bias == null ? scale : bias.shape(), normalized),
        epsilon,
        centred);
  }

  private static Blocks channels(Step step, int size, float epsilon) {
    int[] parameters = runs(step.input(0).shape(), step.input(1).shape().elements());
    return new Blocks(size, parameters, parameters, epsilon, true);
  }

  /** Scale and bias may have axes of size 1 before the normalized ones. */
  private static int[] broadcast(Shape parameter, Shape normalized) {
    int outer = Math.max(0, parameter.rank() - normalized.rank());
    return Strides.repeated(trailing(parameter, outer), normalized);
  }

  private static Shape trailing(Shape x, int axis) {
    return Shape.of(Arrays.copyOfRange(x.dims(), axis, x.rank()));
  }

  /** One sample's elements in {@code count} equal runs, one parameter each. */
  private static int[] runs(Shape x, int count) {
    int[] parameters = new int[x.elements(1, x.rank())];
    int run = parameters.length / count;
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = i / run;
    }
    return parameters;
  }

  private static void standardize(double[] x, int from, Blocks blocks, Arithmetic a) {
    int size = blocks.size();
    if (blocks.centred()) {
      double mean = a.divide(a.sum(x, from, size, 1), size);
      for (int i = 0; i < size; i++) {
        x[from + i] = a.subtract(x[from + i], mean);
      }
    }
    double[] squares = new double[size];
    for (int i = 0; i < size; i++) {
      squares[i] = a.multiply(x[from + i], x[from + i]);
    }
    double variance = a.divide(a.sum(squares), size);
    double inverse = a.divide(1, a.sqrt(a.add(variance, blocks.epsilon())));
    for (int i = 0; i < size; i++) {
      x[from + i] = a.multiply(x[from + i], inverse);
    }
  }

  private static void scale(
      double[] x, Blocks blocks, double[] scale, double @Nullable [] bias, Arithmetic a) {
    int count = blocks.scale().length;
    for (int i = 0; i < x.length; i++) {
      x[i] = a.multiply(x[i], scale[blocks.scale()[i % count]]);
      if (bias != null) {
        x[i] = a.add(x[i], bias[blocks.bias()[i % count]]);
      }
    }
  }
}
