package fp8sim.pass;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.pass.infer.ConstantEvaluator;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates the arithmetic that exporters do on shapes; anything else gives zeros. */
public final class SmallEvaluator implements ConstantEvaluator {

  @Override
  public List<Tensor> evaluate(
      Node node, List<@Nullable Tensor> inputs, List<TensorType> outputTypes) {
    Tensor y = Tensor.zeros(outputTypes.getFirst().type(), outputTypes.getFirst().shape());
    Tensor x = inputs.getFirst();
    switch (node.op()) {
      case Op.Binary op -> {
        Tensor b = inputs.get(1);
        forEach(y, i -> binary(op.function(), at(x, y.shape(), i), at(b, y.shape(), i)));
      }
      case Op.Cast _ -> forEach(y, i -> ConstantElements.number(x, i));
      case Op.Unary op -> forEach(y, i -> unary(op.function(), ConstantElements.number(x, i)));
      case Op.ConstantOfShape op -> forEach(y, i -> ConstantElements.number(op.value(), 0));
      case Op.Where _ ->
          forEach(
              y,
              i ->
                  at(x, y.shape(), i) != 0
                      ? at(inputs.get(1), y.shape(), i)
                      : at(inputs.get(2), y.shape(), i));
      case Op.Gather _ when x.shape().rank() == 1 -> forEach(y, i -> gather(x, inputs.get(1), i));
      case Op.Slice _ -> {
        long[] starts = ConstantElements.longs(inputs.get(1));
        long[] steps = ConstantElements.longs(inputs.get(4));
        forEach(y, i -> ConstantElements.number(x, sliced(x.shape(), y.shape(), starts, steps, i)));
      }
      case Op.Transpose op ->
          forEach(y, i -> ConstantElements.number(x, source(op, x.shape(), y, i)));
      case Op.Concat _ when x.shape().rank() == 1 -> concat(y, inputs);
      default -> {}
    }
    return List.of(y);
  }

  private static double gather(Tensor x, Tensor indices, int i) {
    int index = (int) ConstantElements.longs(indices)[i];
    return ConstantElements.number(x, index < 0 ? index + x.shape().elements() : index);
  }

  private static int source(Op.Transpose op, Shape x, Tensor y, int i) {
    int[] from = x.strides();
    int[] to = y.shape().strides();
    int source = 0;
    for (int d = 0; d < to.length; d++) {
      source += i / to[d] % y.shape().dim(d) * from[op.perm().get(d)];
    }
    return source;
  }

  private static int sliced(Shape x, Shape y, long[] starts, long[] steps, int i) {
    int source = 0;
    for (int d = 0; d < y.rank(); d++) {
      int position = i / y.strides()[d] % y.dim(d);
      source += (int) (starts[d] + steps[d] * position) * x.strides()[d];
    }
    return source;
  }

  private static void concat(Tensor y, List<@Nullable Tensor> inputs) {
    int next = 0;
    for (Tensor input : inputs) {
      for (int i = 0; i < input.shape().elements(); i++) {
        set(y, next++, ConstantElements.number(input, i));
      }
    }
  }

  private static double binary(BinaryFunction function, double a, double b) {
    return switch (function) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case POW -> Math.pow(a, b);
      case EQUAL -> a == b ? 1 : 0;
      case GREATER -> a > b ? 1 : 0;
      case LESS -> a < b ? 1 : 0;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      default -> 0;
    };
  }

  private static double unary(UnaryFunction function, double x) {
    return switch (function) {
      case SQRT -> (float) Math.sqrt(x);
      case FLOOR -> Math.floor(x);
      case NEG -> -x;
      case NOT -> x == 0 ? 1 : 0;
      case RECIPROCAL -> 1 / x;
      default -> 0;
    };
  }

  private static double at(Tensor tensor, Shape output, int i) {
    Shape shape = tensor.shape();
    int index = 0;
    for (int d = 1; d <= shape.rank(); d++) {
      int position = i / output.strides()[output.rank() - d] % output.dim(-d);
      index += (shape.dim(-d) == 1 ? 0 : position) * shape.strides()[shape.rank() - d];
    }
    return ConstantElements.number(tensor, index);
  }

  private interface Element {
    double at(int index);
  }

  private static void forEach(Tensor y, Element element) {
    for (int i = 0; i < y.shape().elements(); i++) {
      set(y, i, element.at(i));
    }
  }

  private static void set(Tensor y, int i, double value) {
    switch (y.type()) {
      case FLOAT -> y.data().set(Tensor.FLOAT, 4L * i, (float) value);
      case DOUBLE -> y.data().set(Tensor.DOUBLE, 8L * i, value);
      case INT64 -> y.data().set(Tensor.LONG, 8L * i, (long) value);
      case INT32 -> y.data().set(Tensor.INT, 4L * i, (int) value);
      case BOOL -> y.data().set(Tensor.BYTE, i, (byte) (value != 0 ? 1 : 0));
      default -> {}
    }
  }
}
