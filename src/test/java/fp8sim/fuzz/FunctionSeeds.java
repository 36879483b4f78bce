package fp8sim.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Functions of one tensor, and losses. */
final class FunctionSeeds extends Seeds {
  private static final List<String> UNARY =
      List.of("Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Celu", "Mish", "Tan");

  @Override
  void addAll() throws InvalidProtocolBufferException {
    for (String operator : UNARY) {
      add(operator, matrix(22).node(operator, "x", "y"));
    }
    add("Gelu", matrix(20).node("Gelu", "x", "y", "approximate", "tanh"));
    add("IsNaN", matrix(20).node("IsNaN", "x", "y"));
    add("Trilu", matrix(14).node("Trilu", "x", "y", "upper", 0));
    add("LpNormalization", matrix(22).node("LpNormalization", "x", "y", "axis", 1, "p", 1));
    add("CumSum", matrix(14).constant("a", longs(1)).node("CumSum", "x a", "y", "reverse", 1));
    addExperimental();
    addOfImages();
    addLosses();
  }

  private OperatorModel matrix(int opset) {
    return new OperatorModel(opset).input("x", floats(3, 4));
  }

  private void addExperimental() throws InvalidProtocolBufferException {
    for (String operator : List.of("Affine", "ParametricSoftplus", "ScaledTanh")) {
      add(operator, matrix(6).node(operator, "x", "y", "alpha", 0.5f, "beta", 2f));
    }
    add("Scale", matrix(6).node("Scale", "x", "y", "scale", 3f));
    add(
        "GivenTensorFill",
        new OperatorModel(6)
            .node(
                "GivenTensorFill",
                "",
                "y",
                "shape",
                new int[] {2, 2},
                "values",
                new float[] {1, 2, 3, 4}));
  }

  private void addOfImages() throws InvalidProtocolBufferException {
    add("GlobalLpPool", image(18).node("GlobalLpPool", "x", "y", "p", 3));
    add("MeanVarianceNormalization", image(13).node("MeanVarianceNormalization", "x", "y"));
    add(
        "GroupNormalization",
        image(21)
            .constant("s", floats(4))
            .constant("b", floats(4))
            .node("GroupNormalization", "x s b", "y", "num_groups", 2));
    add(
        "Upsample",
        image(9)
            .constant("s", Tensor.ofFloats(Shape.of(4), 1, 1, 2, 2))
            .node("Upsample", "x s", "y", "mode", "linear"));
  }

  private OperatorModel image(int opset) {
    return new OperatorModel(opset).input("x", floats(1, 4, 3, 5));
  }

  private void addLosses() throws InvalidProtocolBufferException {
    for (String reduction : List.of("none", "mean")) {
      for (String operator : List.of("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")) {
        add(
            operator + " " + reduction,
            new OperatorModel(13)
                .input("x", floats(2, 3, 4))
                .input("t", Tensor.ofLongs(Shape.of(2, 4), 0, 1, 2, 2, 1, 0, 0, 2))
                .constant("w", floats(3))
                .node(operator, "x t w", "y", "reduction", reduction, "ignore_index", 2));
      }
    }
  }
}
