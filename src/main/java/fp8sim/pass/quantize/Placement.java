package fp8sim.pass.quantize;

import fp8sim.graph.Graph;
import fp8sim.numerics.QuantizerSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph with FakeQuantize nodes.
 *
 * @param quantizers by name, in the order of the graph
 * @param layers the weight layers by node name, in the order of the graph
 * @param notes what the user should know, one sentence each
 */
public record Placement(
    Graph graph,
    Map<String, QuantizerSpec> quantizers,
    Map<String, PlacedLayer> layers,
    List<String> notes) {
  public Placement {
    quantizers = new LinkedHashMap<>(quantizers);
    layers = new LinkedHashMap<>(layers);
    notes = List.copyOf(notes);
  }
}
