package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class MovementOracleTest extends OracleTest {
  @TestFactory
  Stream<DynamicTest> padding() {
    for (String mode : new String[] {"constant", "edge", "reflect", "wrap"}) {
      add(
          "Pad " + mode,
          new OperatorModel(19)
              .input("x", floats(2, 4, 5))
              .constant("pads", Tensor.ofLongs(Shape.of(4), 2, 1, 1, 3))
              .constant("axes", Tensor.ofLongs(Shape.of(2), -1, 1))
              .node("Pad", "x pads - axes", "y", "mode", mode));
    }
    add(
        "Pad negative",
        new OperatorModel(18)
            .input("x", floats(4, 5))
            .constant("pads", Tensor.ofLongs(Shape.of(4), -1, 2, 1, -2))
            .constant("value", Tensor.ofFloats(Shape.SCALAR, 7f))
            .node("Pad", "x pads value", "y"));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> rest() {
    add(
        "Split num_outputs",
        new OperatorModel(18)
            .input("x", floats(2, 7))
            .node("Split", "x", "a b c", "axis", 1, "num_outputs", 3));
    for (String equation :
        new String[] {
          "ij,jk->ik", "...ij,...jk->...ik", "bhid,bhjd", "ii->i", "iij->j", "ij->", "i,j->ij"
        }) {
      OperatorModel model = new OperatorModel(12);
      Tensor[] operands =
          switch (equation) {
            case "ij,jk->ik" -> new Tensor[] {floats(3, 4), floats(4, 5)};
            case "...ij,...jk->...ik" -> new Tensor[] {floats(2, 3, 4), floats(2, 4, 5)};
            case "bhid,bhjd" -> new Tensor[] {floats(2, 2, 3, 4), floats(2, 2, 5, 4)};
            case "ii->i" -> new Tensor[] {floats(4, 4)};
            case "iij->j" -> new Tensor[] {floats(4, 4, 3)};
            case "ij->" -> new Tensor[] {floats(3, 4)};
            default -> new Tensor[] {floats(3), floats(4)};
          };
      for (int i = 0; i < operands.length; i++) {
        model.input("x" + i, operands[i]);
      }
      String names = operands.length == 1 ? "x0" : "x0 x1";
      add("Einsum " + equation, model.node("Einsum", names, "y", "equation", equation));
    }
    for (int exclusive : new int[] {0, 1}) {
      for (int reverse : new int[] {0, 1}) {
        add(
            "CumSum exclusive %d reverse %d".formatted(exclusive, reverse),
            new OperatorModel(14)
                .input("x", floats(3, 5))
                .constant("axis", Tensor.ofLongs(Shape.SCALAR, -1))
                .node("CumSum", "x axis", "y", "exclusive", exclusive, "reverse", reverse));
      }
    }
    for (int upper : new int[] {0, 1}) {
      add(
          "Trilu " + upper,
          new OperatorModel(14)
              .input("x", floats(2, 4, 5))
              .constant("k", Tensor.ofLongs(Shape.SCALAR, 1))
              .node("Trilu", "x k", "y", "upper", upper));
    }
    return tests.stream();
  }
}
