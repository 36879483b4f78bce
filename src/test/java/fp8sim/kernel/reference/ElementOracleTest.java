package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ElementOracleTest extends OracleTest {
  @TestFactory
  Stream<DynamicTest> functions() {
    Tensor x = floats(400);
    for (String name :
        new String[] {
          "Mish",
          "HardSwish",
          "Gelu",
          "Softplus",
          "Erf",
          "Round",
          "Celu",
          "Selu",
          "Sinh",
          "Cosh",
          "Tan",
          "Atan",
          "Asinh",
          "Sigmoid",
          "Tanh",
          "Exp",
          "Elu",
          "LeakyRelu",
          "HardSigmoid",
          "Softsign",
          "ThresholdedRelu",
          "Sign",
          "Floor",
          "Ceil",
          "Reciprocal",
          "Neg",
          "Abs"
        }) {
      add(name, new OperatorModel(22).input("x", x).node(name, "x", "y"));
    }
    add(
        "Gelu tanh",
        new OperatorModel(20).input("x", x).node("Gelu", "x", "y", "approximate", "tanh"));
    for (String name : new String[] {"Exp", "Tanh", "Sigmoid", "Relu", "Sqrt", "Erf", "Log"}) {
      DataType type = name.equals("Erf") ? DataType.FLOAT : DataType.DOUBLE;
      add(name + " " + type, new OperatorModel(14).input("x", cast(x, type)).node(name, "x", "y"));
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> normalizations() {
    for (int opset : new int[] {18, 21}) {
      int parameters = opset == 18 ? 2 : 4;
      add(
          "GroupNormalization " + opset,
          new OperatorModel(opset)
              .input("x", floats(2, 4, 3, 5))
              .constant("scale", floats(parameters))
              .constant("bias", floats(parameters))
              .node("GroupNormalization", "x scale bias", "y", "num_groups", 2));
    }
    add(
        "LayerNormalization double",
        new OperatorModel(17)
            .input("x", cast(floats(2, 3, 8), DataType.DOUBLE))
            .constant("scale", cast(floats(8), DataType.DOUBLE))
            .constant("bias", cast(floats(8), DataType.DOUBLE))
            .node("LayerNormalization", "x scale bias", "y"));
    add(
        "LpNormalization 1",
        new OperatorModel(22)
            .input("x", floats(2, 5, 3))
            .node("LpNormalization", "x", "y", "axis", 1, "p", 1));
    add(
        "LpNormalization 2",
        new OperatorModel(22)
            .input("x", floats(2, 5, 3))
            .node("LpNormalization", "x", "y", "axis", -1, "p", 2));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> reductionsWithAxesAsInput() {
    for (String name :
        new String[] {
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSumExp",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceProd",
          "ReduceSum",
          "ReduceSumSquare"
        }) {
      for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE, DataType.INT32}) {
        if (type == DataType.INT32 && name.matches(".*(L2|Exp|Prod)")) {
          continue;
        }
        add(
            name + " " + type,
            new OperatorModel(18)
                .input("x", cast(floats(3, 4, 5), type))
                .constant("axes", Tensor.ofLongs(Shape.of(2), 0, -1))
                .node(name, "x axes", "y", "keepdims", 0));
      }
    }
    return tests.stream();
  }
}
