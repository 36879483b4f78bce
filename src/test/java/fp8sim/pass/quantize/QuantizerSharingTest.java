package fp8sim.pass.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Quantizer;
import fp8sim.format.Quantizers;
import fp8sim.format.ScaleMode;
import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.quant.QuantizerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuantizerSharingTest {
  /** For all these ranges the bias is 14: the largest number is 3.75. */
  private static final FloatFormat E4M3 = FloatFormat.of(4, 3);

  private static final Map<String, Quantizer> QUANTIZERS =
      Map.of(
          "one", minifloat(E4M3, 4.5f),
          "same", minifloat(E4M3, 4.5f),
          "wider", minifloat(E4M3, 5.2f),
          "tighter", minifloat(E4M3, 3.2f),
          "other", minifloat(FloatFormat.of(3, 4), 5));

  private final List<Node> nodes = new ArrayList<>();

  private static Quantizer minifloat(FloatFormat format, float maxval) {
    return Quantizers.minifloat(
        format, maxval, BiasPolicy.SATURATE, ScaleMode.REAL, ConversionMode.DEFAULT);
  }

  private void quantize(String quantizer, String from, String to) {
    Op.FakeQuantize op = new Op.FakeQuantize(QuantizerId.alone(quantizer), true);
    nodes.add(new Node(to, op, List.of(from), List.of(to)));
  }

  private void add(String a, String b, String to) {
    Op.Binary op = new Op.Binary(BinaryFunction.ADD);
    nodes.add(new Node(to, op, List.of(a, b), List.of(to)));
  }

  /** Operands of the remaining nodes by their outputs. */
  private Map<String, List<String>> shared(String... outputs) {
    Graph graph = new Graph("test", List.of(), List.of(outputs), nodes, Map.of(), Map.of());
    Map<String, List<String>> inputs = new HashMap<>();
    for (Node node : QuantizerSharing.share(graph, id -> QUANTIZERS.get(id.layer())).nodes()) {
      inputs.put(node.output(), node.inputs());
    }
    return inputs;
  }

  @Test
  void equalQuantizersOfOneValueAreOne() {
    quantize("one", "x", "a");
    quantize("same", "x", "b");
    quantize("other", "x", "c");
    add("a", "b", "d");
    add("d", "c", "y");
    assertThat(shared("y"))
        .containsOnlyKeys("a", "c", "d", "y")
        .containsEntry("d", List.of("a", "a"));
  }

  @Test
  void aQuantizerThatChangesNothingGoes() {
    quantize("one", "x", "a");
    quantize("wider", "a", "b");
    quantize("same", "b", "c");
    add("c", "c", "y");
    assertThat(shared("y")).containsOnlyKeys("a", "y").containsEntry("y", List.of("a", "a"));
  }

  @Test
  void othersStay() {
    quantize("one", "x", "a");
    quantize("tighter", "a", "b");
    quantize("other", "b", "c");
    quantize("unknown", "c", "d");
    add("c", "d", "y");
    assertThat(shared("y")).containsOnlyKeys("a", "b", "c", "d", "y");
  }

  @Test
  void outputsStay() {
    quantize("one", "x", "a");
    quantize("same", "x", "b");
    assertThat(shared("a", "b")).containsOnlyKeys("a", "b");
  }
}
