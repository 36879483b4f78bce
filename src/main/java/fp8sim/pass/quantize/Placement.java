package fp8sim.pass.quantize;

import fp8sim.graph.Graph;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.quant.QuantizerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph with FakeQuantize nodes. Those within attention are none of its nodes: they are where
 * their {@link QuantizerId} says.
 *
 * @param quantizers in the order of the graph
 * @param layers the weight layers by node name, in the order of the graph
 * @param places what the FakeQuantize nodes are called, by node name, in the order of the graph:
 *     several may share a quantizer
 * @param notes what the user should know, one sentence each
 */
public record Placement(
    Graph graph,
    Map<QuantizerId, QuantizerSpec> quantizers,
    Map<String, PlacedLayer> layers,
    Map<String, QuantizerId> places,
    List<String> notes) {
  public Placement {
    quantizers = new LinkedHashMap<>(quantizers);
    layers = new LinkedHashMap<>(layers);
    places = new LinkedHashMap<>(places);
    notes = List.copyOf(notes);
  }

  /** The same with one more note. */
  public Placement withNote(String note) {
    List<String> all = new ArrayList<>(notes);
    all.add(note);
    return new Placement(graph, quantizers, layers, places, all);
  }
}
