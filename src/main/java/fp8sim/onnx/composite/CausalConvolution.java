package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.graph.Window;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;

/**
 * ONNX's {@code CausalConvWithState}, a depthwise convolution that looks backwards only: {@code x
 * [N,C,L], weight [C,1,K], bias? [C], past? [N,C,K-1] -> y [N,C,L], present [N,C,K-1]}.
 *
 * @param swish whether the result passes {@code x * sigmoid(x)}
 */
public record CausalConvolution(boolean swish) implements CompositeOperator {
  private static final int PAST = 3;

  @Override
  public String onnxName() {
    return "CausalConvWithState";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireRank(0, "input", 3);
    f.requireRank(1, "weight", 3);
    f.requireFloating(0, "input");
    Shape x = f.shape(f.input(0));
    Shape weight = f.shape(f.input(1));
    int taps = weight.dim(2);
    if (taps < 1 || x.dim(1) < 1 || !weight.with(2, 1).equals(Shape.of(x.dim(1), 1, 1))) {
      throw f.error("a weight of shape %s does not fit an input of %s", weight, x);
    }
    String padded = f.concat("padded", 2, past(f, x.with(2, taps - 1)), f.input(0));
    Op.Conv conv = new Op.Conv(Window.NONE, x.dim(1));
    String y =
        f.has(2)
            ? f.apply("", conv, padded, f.input(1), f.input(2))
            : f.apply("", conv, padded, f.input(1));
    f.give(0, swish ? f.unary("swish", UnaryFunction.SILU, y) : y);
    f.give(1, f.slice("state", padded, 2, x.dim(2), x.dim(2) + taps - 1, 1));
  }

  private static String past(Formula f, Shape shape) {
    DataType type = f.type(f.input(0));
    if (!f.has(PAST)) {
      return f.zeros("no_past", type, shape.dims());
    }
    f.requireType(PAST, "past_state", type);
    f.requireShape(f.input(PAST), "past_state", shape);
    return f.input(PAST);
  }
}
