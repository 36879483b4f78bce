package fp8sim.engine;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.Ranges;
import fp8sim.quant.ValueRange;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ranges of tensors, given to the quantizers of a network that quantize them. */
public final class TensorRanges {
  private static final String UNQUANTIZED = "/unquantized";

  /**
   * What was found.
   *
   * @param ranges of quantizers
   * @param unused tensors that no quantizer of the network quantizes, in their order
   */
  public record Mapped(Ranges ranges, List<String> unused) {}

  private TensorRanges() {}

  /**
   * The ranges of the quantizers of a network, dynamic dimensions being 1.
   *
   * @param byTensor one range for each channel, or one
   */
  public static Mapped map(Blueprint network, Map<String, List<ValueRange>> byTensor) {
    QuantizedGraph graph = network.withRanges(Ranges.NONE).front();
    Map<String, CalibratedRange> ranges = new LinkedHashMap<>();
    Set<String> unused = new LinkedHashSet<>(byTensor.keySet());
    Map<String, String> weights = weights(network.graph());
    for (Node node : graph.placement().graph().nodes()) {
      if (node.op() instanceof Op.FakeQuantize op) {
        QuantizerSpec spec = graph.quantizers().get(op.quantizer());
        String tensor = tensor(node, weights, byTensor.keySet());
        if (spec != null && !tensor.isEmpty()) {
          List<ValueRange> given = byTensor.getOrDefault(tensor, List.of());
          int channels = channels(graph, spec);
          ranges.put(spec.id().toString(), spec.calibrated(fit(given, channels)));
          unused.remove(tensor);
        }
      }
    }
    return new Mapped(Ranges.fromFile(ranges), List.copyOf(unused));
  }

  /** The second operand of each node, by node name: folding gives weights other names. */
  private static Map<String, String> weights(Graph model) {
    Map<String, String> weights = new HashMap<>();
    for (Node node : model.nodes()) {
      if (node.hasInput(1)) {
        weights.put(node.name(), node.input(1));
      }
    }
    return weights;
  }

  /** The name in the file of what a node quantizes; empty if it is not there. */
  private static String tensor(Node node, Map<String, String> weights, Set<String> known) {
    QuantizerId id = ((Op.FakeQuantize) node.op()).quantizer();
    String read = node.input(0);
    String bare =
        read.endsWith(UNQUANTIZED) ? read.substring(0, read.length() - UNQUANTIZED.length()) : read;
    for (String name :
        List.of(bare, node.output(), weights.getOrDefault(id.layer(), ""), id.toString())) {
      boolean isWeightOfOther =
          name.equals(weights.get(id.layer())) && !id.toString().endsWith("/weight");
      if (known.contains(name) && !isWeightOfOther) {
        return name;
      }
    }
    return "";
  }

  private static int channels(QuantizedGraph graph, QuantizerSpec spec) {
    return spec.kind() == QuantizerKind.WEIGHT && graph.weights().get(spec.id()) != null
        ? graph.weights().get(spec.id()).ranges().size()
        : 1;
  }

  /** One range for all channels, or all in one, where the numbers differ that way. */
  private static List<ValueRange> fit(List<ValueRange> given, int channels) {
    if (given.size() == 1 && channels > 1) {
      return Collections.nCopies(channels, given.getFirst());
    }
    if (channels == 1 && given.size() > 1) {
      return List.of(given.stream().reduce(ValueRange::union).orElseThrow());
    }
    return given;
  }
}
