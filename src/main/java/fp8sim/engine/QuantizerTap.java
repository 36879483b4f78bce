package fp8sim.engine;

import fp8sim.format.Quantizer;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.quant.QuantizerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A place where a computed tensor is quantized.
 *
 * @param place the quantizer's own, or another one where it quantizes too
 * @param before the value that is quantized, for {@link Blueprint#withTaps}
 * @param after the quantized value, for {@link Blueprint#withTaps}
 * @param quantizer with its range
 */
public record QuantizerTap(QuantizerId place, String before, String after, Quantizer quantizer) {

  /** All places of a network whose ranges are known, in the order of the graph. */
  public static List<QuantizerTap> of(Inspection network) {
    QuantizedGraph quantized = network.quantized();
    List<QuantizerTap> taps = new ArrayList<>();
    for (Node node : quantized.graph().nodes()) {
      if (node.op() instanceof Op.FakeQuantize op) {
        QuantizerId place =
            Objects.requireNonNull(quantized.placement().places().get(node.name()), node.name());
        Quantizer quantizer = quantized.quantizer(op.quantizer());
        taps.add(new QuantizerTap(place, node.input(0), node.output(), quantizer));
      }
    }
    return taps;
  }
}
