package fp8sim.engine;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The result of a layer that multiplies, in a network and in one that it is compared with.
 *
 * @param layer name of the node
 * @param value its result in the network, for {@link Blueprint#withTaps}
 * @param reference the same result in the other network
 */
public record LayerOutput(String layer, String value, String reference) {

  /**
   * The layers of a network whose results the other network has too, in the order of the graph.
   *
   * @param other the same model with other numerics, without quantizers
   */
  public static List<LayerOutput> of(Inspection network, Inspection other) {
    Set<String> known = computed(other.graph());
    Set<String> multiplying = new HashSet<>();
    network.layers().stream()
        .filter(layer -> layer.macs() > 0)
        .forEach(layer -> multiplying.add(layer.name()));
    List<LayerOutput> outputs = new ArrayList<>();
    for (Node node : network.graph().nodes()) {
      if (multiplying.contains(node.name())) {
        LayerOutput output = behind(network.graph(), node, known);
        if (known.contains(output.reference())) {
          outputs.add(output);
        }
      }
    }
    return outputs;
  }

  private static Set<String> computed(Graph graph) {
    Set<String> values = new HashSet<>();
    graph.nodes().forEach(node -> values.addAll(node.outputs()));
    return values;
  }

  /**
   * The result of a node up to the first value that the other network has too: quantizers take over
   * the name of the value that they quantize, and so do nodes that bring a result into the order
   * and type that the model has.
   */
  private static LayerOutput behind(Graph graph, Node layer, Set<String> known) {
    String value = layer.output();
    String reference = value;
    for (Node node : graph.nodes()) {
      if (!known.contains(reference) && node.input(0).equals(reference)) {
        switch (node.op()) {
          case Op.FakeQuantize _, Op.Cast _ -> reference = node.output();
          case Op.Transpose _, Op.Reshape _ -> {
            reference = node.output();
            value = reference;
          }
          default -> {}
        }
      }
    }
    return new LayerOutput(layer.name(), value, reference);
  }
}
