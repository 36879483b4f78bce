package fp8sim.engine;

import fp8sim.format.Quantizer;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A place where a computed tensor is quantized.
 *
 * @param name of the place: the layer's name with {@code /input} or the like behind
 * @param before the value that is quantized, for {@link Network#tap}
 * @param after the quantized value, for {@link Network#tap}
 * @param quantizer with its range
 */
public record QuantizerTap(String name, String before, String after, Quantizer quantizer) {

  /**
   * All places of a network whose ranges are known, in the order of the graph.
   *
   * @param example inputs of a run
   */
  public static List<QuantizerTap> of(Network network, Map<String, Tensor> example) {
    Graph graph = Inspection.of(network, example).graph();
    List<QuantizerTap> taps = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.FakeQuantize op) {
        Quantizer quantizer = network.quantization().table().get(op.quantizer()).quantizer();
        taps.add(new QuantizerTap(node.name(), node.input(0), node.output(), quantizer));
      }
    }
    return taps;
  }

  /** The name of the layer that the place belongs to. */
  public String layer() {
    return name.substring(0, name.lastIndexOf('/'));
  }
}
