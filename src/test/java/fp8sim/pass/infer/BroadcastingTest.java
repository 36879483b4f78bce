package fp8sim.pass.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.onnx.TestModel;
import fp8sim.pass.SmallEvaluator;
import fp8sim.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX's multidirectional broadcasting, as inference has it: axes are aligned at their end. */
class BroadcastingTest {
  private static Shape shape(String text) {
    return text.equals("scalar")
        ? Shape.SCALAR
        : Shape.of(Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray());
  }

  private static Shape sum(Shape a, Shape b) {
    Graph model =
        new TestModel(17)
            .input("a", a.dims())
            .input("b", b.dims())
            .node("Add", "a b", "y")
            .output("y")
            .read();
    return ShapeInference.infer(model, Map.of("a", a, "b", b), Map.of(), new SmallEvaluator())
        .typeOf("y")
        .shape();
  }

  @ParameterizedTest
  @CsvSource({
    "2x3, 2x3, 2x3",
    "2x3, 3, 2x3",
    "2x3, 1, 2x3",
    "2x3, scalar, 2x3",
    "2x1, 1x3, 2x3",
    "4x1x3, 2x1, 4x2x3",
    "1x1x1, 5, 1x1x5",
    "0x3, 1x3, 0x3",
    "0, 1, 0",
    "scalar, scalar, scalar",
  })
  void commonShapes(String a, String b, String expected) {
    assertThat(sum(shape(a), shape(b))).isEqualTo(shape(expected));
    assertThat(sum(shape(b), shape(a))).isEqualTo(shape(expected));
  }

  @ParameterizedTest
  @CsvSource({"2x3, 2", "2x3, 3x2", "0, 2", "4x2x3, 3x3"})
  void othersNameTheNodeAndBothShapes(String a, String b) {
    assertThatThrownBy(() -> sum(shape(a), shape(b)))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContainingAll("n_y", a, b, "broadcast");
  }
}
