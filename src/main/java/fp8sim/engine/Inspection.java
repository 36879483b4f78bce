package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.plan.Plan;
import fp8sim.plan.Planner;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a network consists of, without running it.
 *
 * @param graph for batch 1, with inferred types
 * @param quantizers by the name of the layer they belong to
 * @param multipliers of the layers whose operands are quantized, by name
 */
public record Inspection(
    Graph graph,
    Plan plan,
    List<LayerInfo> layers,
    Map<String, List<QuantizerInfo>> quantizers,
    Map<String, String> multipliers) {
  /** How layers without quantizers multiply. */
  public static final String FLOAT32 = "float32";

  /**
   * Looks at a network, every dynamic dimension being 1.
   *
   * @throws Fp8simException (input) if shapes depend on the values of inputs
   */
  public static Inspection of(Network network) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (GraphInput input : network.inputs()) {
      int[] dims =
          input.dims().stream().mapToInt(dim -> dim.isDynamic() ? 1 : dim.size()).toArray();
      shapes.put(input.name(), Shape.of(dims));
    }
    return of(network, shapes, Map.of());
  }

  /**
   * Looks at a network, dynamic dimensions being those of an example but for a batch of 1.
   *
   * @param example inputs of a run
   */
  public static Inspection of(Network network, Map<String, Tensor> example) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, Tensor> values = new LinkedHashMap<>();
    example.forEach(
        (name, tensor) -> {
          Shape shape = tensor.shape();
          if (network.valueInputs().contains(name)) {
            values.put(name, tensor);
            shapes.put(name, shape);
          } else {
            boolean batched = shape.rank() > 0 && !network.isFirstDimensionFixed(name);
            shapes.put(name, batched ? shape.with(0, 1) : shape);
          }
        });
    return of(network, shapes, values);
  }

  private static Inspection of(
      Network network, Map<String, Shape> shapes, Map<String, Tensor> values) {
    Graph graph = network.specialize(shapes, values);
    return new Inspection(
        graph,
        Planner.plan(graph, network.numerics()),
        LayerInfo.of(graph),
        QuantizerInfo.byLayer(network.quantization()),
        network.quantization().multipliers(graph));
  }

  public long macs() {
    return layers.stream().mapToLong(LayerInfo::macs).sum();
  }

  /** The names of the layers that multiply, in the order of the graph. */
  public List<String> multiplyingLayers() {
    return layers.stream().filter(layer -> layer.macs() > 0).map(LayerInfo::name).toList();
  }

  public long parameters() {
    return layers.stream().mapToLong(LayerInfo::parameters).sum();
  }

  /**
   * How a layer multiplies: a multiplier as the options name it, {@code exact} where operands are
   * quantized, or {@link #FLOAT32}.
   */
  public String multiplier(LayerInfo layer) {
    return multipliers.getOrDefault(layer.name(), FLOAT32);
  }
}
