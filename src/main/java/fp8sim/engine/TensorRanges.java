package fp8sim.engine;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerRole;
import fp8sim.quant.Ranges;
import fp8sim.quant.ValueRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Ranges of tensors, given to the quantizers of a network that quantize them. */
public final class TensorRanges {
  /**
   * What was found.
   *
   * @param ranges of quantizers
   * @param unused tensors that no quantizer of the network quantizes, in their order
   */
  public record Mapped(Ranges ranges, List<String> unused) {}

  /** The constant operand of each node of the model, by node name: folding gives others names. */
  private final Map<String, String> weights = new HashMap<>();

  /** What a quantizer makes of a value. */
  private final Map<String, String> quantized = new HashMap<>();

  /** What a Transpose, such as the program adds, reads; by what it gives. */
  private final Map<String, String> transposed = new HashMap<>();

  private TensorRanges(Graph model, Graph placed) {
    for (Node node : model.nodes()) {
      if (node.hasInput(1)) {
        Set<String> constants = model.initializers().keySet();
        boolean isLeft = constants.contains(node.input(0)) && !constants.contains(node.input(1));
        weights.put(node.name(), node.input(isLeft ? 0 : 1));
      }
    }
    for (Node node : placed.nodes()) {
      if (node.op() instanceof Op.FakeQuantize) {
        quantized.put(node.input(0), node.output());
      } else if (node.op() instanceof Op.Transpose) {
        transposed.put(node.output(), node.input(0));
      }
    }
  }

  /**
   * The ranges of the quantizers of a network, dynamic dimensions being 1.
   *
   * @param byTensor one range for each channel, or one
   */
  public static Mapped map(Blueprint network, Map<String, List<ValueRange>> byTensor) {
    QuantizedGraph graph = network.withRanges(Ranges.NONE).front();
    TensorRanges tensors = new TensorRanges(network.graph(), graph.placement().graph());
    Map<String, CalibratedRange> ranges = new LinkedHashMap<>();
    Set<String> unused = new LinkedHashSet<>(byTensor.keySet());
    for (Node node : graph.placement().graph().nodes()) {
      if (node.op() instanceof Op.FakeQuantize op) {
        QuantizerSpec spec = graph.quantizers().get(op.quantizer());
        List<String> names = tensors.names(node, op.quantizer());
        names.retainAll(byTensor.keySet());
        if (spec != null && !names.isEmpty()) {
          List<ValueRange> given = Objects.requireNonNull(byTensor.get(names.getFirst()));
          ranges.put(spec.id().toString(), spec.calibrated(fit(given, channels(graph, spec))));
          unused.remove(names.getFirst());
        }
      }
    }
    return new Mapped(Ranges.fromFile(ranges), List.copyOf(unused));
  }

  /**
   * What a file may call the tensor that a node quantizes. A value with quantizers of its own has
   * another name in front of them, and its name behind the last.
   */
  private List<String> names(Node node, QuantizerId id) {
    List<String> names = new ArrayList<>(List.of(node.input(0)));
    for (String at = node.output(); at != null; at = quantized.get(at)) {
      names.add(at);
    }
    names.add(transposed.getOrDefault(node.input(0), ""));
    if (id.role() == QuantizerRole.WEIGHT) {
      names.add(weights.getOrDefault(id.layer(), ""));
    }
    names.add(id.toString());
    return names;
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
