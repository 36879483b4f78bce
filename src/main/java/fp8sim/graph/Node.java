package fp8sim.graph;

import java.util.List;

/**
 * One operation.
 *
 * @param name unique in its graph: the model's name for it, or the name of its first output
 * @param inputs names of values; an empty name is an absent optional input
 * @param outputs names of values; an empty name is an output that nobody reads
 */
public record Node(String name, Op op, List<String> inputs, List<String> outputs) {
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** The name of input {@code i}, or an empty name if there is none. */
  public String input(int i) {
    return i < inputs.size() ? inputs.get(i) : "";
  }

  public boolean hasInput(int i) {
    return !input(i).isEmpty();
  }

  public String output() {
    return outputs.getFirst();
  }

  /** For messages: {@code Conv node "layer1.0.conv1"}. */
  public String describe() {
    return op.onnxName() + " node \"" + name + "\"";
  }
}
