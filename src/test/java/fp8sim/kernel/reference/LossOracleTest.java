package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Losses with and without weights and targets to be ignored. */
class LossOracleTest extends OracleTest {
  @TestFactory
  Stream<DynamicTest> losses() {
    Tensor weights = Tensor.ofFloats(Shape.of(4), 0.5f, 2, 1, 0.25f);
    for (String operator : List.of("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")) {
      for (String reduction : List.of("none", "sum", "mean")) {
        for (boolean weighted : new boolean[] {false, true}) {
          OperatorModel model =
              new OperatorModel(13)
                  .input("x", floats(2, 4, 3))
                  .input("t", Tensor.ofLongs(Shape.of(2, 3), 0, 3, 1, 2, 2, 0))
                  .constant("w", weights);
          String inputs = weighted ? "x t w" : "x t";
          add(
              "%s %s %s".formatted(operator, reduction, weighted),
              model.node(operator, inputs, "y", "reduction", reduction));
          OperatorModel ignoring =
              new OperatorModel(13)
                  .input("x", floats(2, 4, 3))
                  .input("t", Tensor.ofLongs(Shape.of(2, 3), 0, -1, 1, -1, 2, 0))
                  .constant("w", weights);
          add(
              "%s %s %s ignoring".formatted(operator, reduction, weighted),
              ignoring.node(operator, inputs, "y", "reduction", reduction, "ignore_index", -1));
        }
      }
    }
    add(
        "logarithms too",
        new OperatorModel(13)
            .input("x", floats(3, 4))
            .input("t", Tensor.ofLongs(Shape.of(3), 0, 3, 1))
            .node("SoftmaxCrossEntropyLoss", "x t", "y p"));
    return tests.stream();
  }
}
