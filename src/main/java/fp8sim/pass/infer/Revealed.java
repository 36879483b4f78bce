package fp8sim.pass.infer;

import fp8sim.graph.TensorType;
import fp8sim.tensor.Tensor;
import java.util.Map;

/**
 * What earlier stages of a run found out about computed values.
 *
 * @param values contents of values on which shapes depend, by name; the graph goes on to compute
 *     them
 * @param results types of what nodes give whose results' shapes depend on data; in the graph they
 *     are inputs
 */
public record Revealed(Map<String, Tensor> values, Map<String, TensorType> results) {
  /** Nothing. */
  public static final Revealed NONE = new Revealed(Map.of(), Map.of());

  public Revealed {
    values = Map.copyOf(values);
    results = Map.copyOf(results);
  }
}
