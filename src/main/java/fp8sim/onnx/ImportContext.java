package fp8sim.onnx;

import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all scopes of one model share: constants, names, known types, unsupported nodes. */
final class ImportContext {
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final Map<String, DataType> elementTypes = new HashMap<>();
  private final Set<String> values = new HashSet<>();
  private final Set<String> nodes = new HashSet<>();
  private final Map<String, Integer> nextNumber = new HashMap<>();
  private final List<String> unsupported = new ArrayList<>();

  Map<String, Tensor> initializers() {
    return initializers;
  }

  Map<String, DataType> elementTypes() {
    return elementTypes;
  }

  void define(String name, Tensor tensor) {
    initializers.put(name, tensor);
    elementTypes.put(name, tensor.type());
  }

  /** Nodes that cannot be imported, one text each. */
  List<String> unsupported() {
    return unsupported;
  }

  /** Takes a value name of the main graph; false if it is taken. */
  boolean claimValue(String name) {
    return values.add(name);
  }

  String uniqueValue(String wish) {
    return unique(values, wish);
  }

  String uniqueNode(String wish) {
    return unique(nodes, wish);
  }

  private String unique(Set<String> taken, String wish) {
    String name = wish;
    while (!taken.add(name)) {
      name = wish + "_" + nextNumber.merge(wish, 1, Integer::sum);
    }
    return name;
  }
}
