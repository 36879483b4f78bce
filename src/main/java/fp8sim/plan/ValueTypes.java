package fp8sim.plan;

import fp8sim.graph.Graph;
import fp8sim.graph.TensorType;
import java.util.HashMap;
import java.util.Map;

/** Types of all values of a network that is being planned, those of lowered operators included. */
final class ValueTypes {
  private final String model;
  private final Map<String, TensorType> types;

  ValueTypes(Graph graph) {
    model = graph.name();
    types = new HashMap<>(graph.types());
  }

  TensorType of(String value) {
    TensorType type = types.get(value);
    if (type == null) {
      throw new IllegalStateException("no inferred type for value " + value + " of " + model);
    }
    return type;
  }

  /** All types by value. */
  Map<String, TensorType> all() {
    return types;
  }

  /** Declares a new value and returns its name. */
  String add(String value, TensorType type) {
    types.put(value, type);
    return value;
  }
}
