package fp8sim.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static final TensorType VECTOR = new TensorType(DataType.FLOAT, Shape.of(4));

  private static Graph graph(List<String> outputs, List<Node> nodes) {
    GraphInput input = new GraphInput("x", DataType.FLOAT, List.of());
    return new Graph(
        "test", List.of(input), outputs, nodes, Map.of(), Map.of("x", VECTOR, "y", VECTOR));
  }

  private static Node node(String output) {
    return new Node("n_" + output, new Op.Identity(), List.of("x"), List.of(output));
  }

  @Test
  void doesNotChangeWithWhatItWasMadeOf() {
    List<Node> nodes = new ArrayList<>(List.of(node("y")));
    List<String> outputs = new ArrayList<>(List.of("y"));
    Graph graph = graph(outputs, nodes);
    nodes.clear();
    outputs.add("z");
    assertThat(graph.nodes()).containsExactly(node("y"));
    assertThat(graph.outputs()).containsExactly("y");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> graph.nodes().add(node("z")));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> graph.types().remove("x"));
  }

  @Test
  void tapsAreMoreOutputsEachOnce() {
    Graph graph = graph(List.of("y"), List.of(node("y")));
    assertThat(graph.withTaps(List.of("x", "y", "x")).outputs()).containsExactly("y", "x");
    assertThat(graph.withTaps(List.of("y"))).isSameAs(graph);
    assertThat(graph.withTaps(List.of())).isSameAs(graph);
  }

  @Test
  void newNodesKeepInputsOutputsAndTypes() {
    Graph graph = graph(List.of("y"), List.of(node("y")));
    Map<String, Tensor> constants =
        new HashMap<>(Map.of("w", Tensor.zeros(DataType.FLOAT, Shape.of(4))));
    Graph other = graph.withNodes(List.of(node("z"), node("y")), constants);
    constants.clear();
    assertThat(other.initializers()).containsOnlyKeys("w");
    assertThat(other.nodes()).hasSize(2);
    assertThat(other.inputs()).isEqualTo(graph.inputs());
    assertThat(other.outputs()).isEqualTo(graph.outputs());
    assertThat(other.types()).isEqualTo(graph.types());
    assertThat(graph.initializers()).isEmpty();
  }

  @Test
  void aValueWithoutTypeIsNamed() {
    Graph graph = graph(List.of("y"), List.of(node("y")));
    assertThat(graph.typeOf("y")).isEqualTo(VECTOR);
    assertThatIllegalStateException()
        .isThrownBy(() -> graph.typeOf("z"))
        .withMessageContaining("z")
        .withMessageContaining("test");
  }

  @Test
  void absentInputsHaveEmptyNames() {
    Node node = new Node("n", new Op.Gemm(1, 1, false, false), List.of("a", "", "c"), List.of("y"));
    assertThat(node.input(0)).isEqualTo("a");
    assertThat(List.of(node.hasInput(0), node.hasInput(1), node.hasInput(2), node.hasInput(3)))
        .containsExactly(true, false, true, false);
    assertThat(node.input(3)).isEmpty();
    assertThat(node.describe()).isEqualTo("Gemm node \"n\"");
  }

  @Test
  void bytesAreCountedBeyondAnInt() {
    assertThat(new TensorType(DataType.DOUBLE, Shape.of(1 << 30)).bytes()).isEqualTo(1L << 33);
    assertThat(new TensorType(DataType.FLOAT, Shape.of(0, 5)).bytes()).isZero();
    assertThat(VECTOR).hasToString("FLOAT 4");
  }

  @Test
  void aWindowWithoutAttributesIsResolvedToItsDefaults() {
    Window window = Window.NONE.resolve(List.of(3, 2), List.of(8, 8));
    assertThat(window.isResolved(2)).isTrue();
    assertThat(Window.NONE.isResolved(2)).isFalse();
    assertThat(window)
        .isEqualTo(
            new Window(
                List.of(3, 2),
                List.of(1, 1),
                List.of(1, 1),
                List.of(0, 0, 0, 0),
                Window.AutoPad.NOTSET));
  }

  /** {@code SAME}: outputs are as many as inputs over strides; an odd pad goes to one side. */
  @Test
  void samePadsStandOnTheSideTheirNameSays() {
    for (Window.AutoPad pad : List.of(Window.AutoPad.SAME_UPPER, Window.AutoPad.SAME_LOWER)) {
      Window window = new Window(List.of(), List.of(2), List.of(), List.of(), pad);
      boolean upper = pad == Window.AutoPad.SAME_UPPER;
      assertThat(window.resolve(List.of(4), List.of(7)).pads())
          .isEqualTo(upper ? List.of(1, 2) : List.of(2, 1));
      assertThat(window.resolve(List.of(1), List.of(7)).pads()).containsExactly(0, 0);
    }
    Window valid = new Window(List.of(), List.of(), List.of(), List.of(5, 5), Window.AutoPad.VALID);
    assertThat(valid.resolve(List.of(4), List.of(7)).pads()).containsExactly(0, 0);
  }
}
