package fp8sim.engine;

import fp8sim.format.Quantizer;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.pass.quantize.WeightQuantization.QuantizedWeight;
import fp8sim.quant.Channels;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A weight before and after quantization.
 *
 * @param layer name of the layer that uses it
 * @param quantizers one for each channel
 */
public record QuantizedConstant(
    String layer, Tensor exact, Tensor quantized, Channels channels, List<Quantizer> quantizers) {
  public QuantizedConstant {
    quantizers = List.copyOf(quantizers);
  }

  /** The weights of a network that are quantized, in the order of the graph. */
  public static List<QuantizedConstant> of(Inspection network) {
    QuantizedGraph quantized = network.quantized();
    List<QuantizedConstant> constants = new ArrayList<>();
    Graph graph = quantized.placement().graph();
    for (Node node : graph.nodes()) {
      Tensor exact = graph.initializers().get(node.input(0));
      if (node.op() instanceof Op.FakeQuantize op && exact != null) {
        QuantizedWeight weight = quantized.weights().get(op.quantizer());
        QuantizerSpec spec = quantized.quantizers().get(op.quantizer());
        if (weight != null && spec != null) {
          List<Quantizer> quantizers = List.of(weight.quantizers());
          constants.add(
              new QuantizedConstant(
                  spec.id().layer(), exact, weight.values(), spec.channels(), quantizers));
        }
      }
    }
    return constants;
  }
}
