package fp8sim.pass.infer;

import fp8sim.common.Fp8simException;
import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A composite operator that is being written out: each node added gets its types at once. */
final class Expansion implements Composition {
  private final Node node;
  private final InferenceState state;
  private final Consumer<Node> visit;
  private final Set<Integer> given = new HashSet<>();
  private boolean hasOwnName;

  /**
   * @param visit infers the types of a node and adds it to the graph
   */
  Expansion(Node node, InferenceState state, Consumer<Node> visit) {
    this.node = node;
    this.state = state;
    this.visit = visit;
  }

  @Override
  public String input(int i) {
    return node.input(i);
  }

  @Override
  public boolean isRead(int output) {
    return output < node.outputs().size() && !node.outputs().get(output).isEmpty();
  }

  @Override
  public TensorType type(String value) {
    return state.type(value);
  }

  @Override
  public @Nullable Tensor known(String value) {
    return state.constant(value);
  }

  @Override
  public String constant(String suffix, Tensor tensor) {
    return state.addConstant(node.output() + "/" + suffix, tensor);
  }

  @Override
  public List<String> add(String suffix, Op op, int outputs, List<String> inputs) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      String wish = node.output() + "/" + (suffix.isEmpty() ? "result" : suffix);
      values.add(state.unusedValue(i == 0 ? wish : wish + "_" + (i + 1)));
    }
    visit.accept(new Node(nodeName(suffix), op, inputs, values));
    return values;
  }

  @Override
  public String shared(String key, Supplier<String> maker) {
    String value = state.shared().get(key);
    if (value == null) {
      value = maker.get();
      state.shared().put(key, value);
    }
    return value;
  }

  private String nodeName(String suffix) {
    if (suffix.isEmpty() && !hasOwnName) {
      hasOwnName = true;
      return node.name();
    }
    return state.takeNodeName(node.name() + "/" + (suffix.isEmpty() ? "result" : suffix));
  }

  @Override
  public void give(int output, String value) {
    if (isRead(output)) {
      String name = node.outputs().get(output);
      visit.accept(
          new Node(nodeName("output" + output), new Op.Identity(), List.of(value), List.of(name)));
    }
    given.add(output);
  }

  @Override
  public Fp8simException error(String what) {
    return new Operands(node, state).error(what);
  }

  /**
   * Writes an operator out.
   *
   * @return this
   */
  Expansion write(CompositeOperator operator) {
    operator.expand(this);
    for (int i = 0; i < node.outputs().size(); i++) {
      if (isRead(i) && !given.contains(i)) {
        throw error("its output %d is not supported".formatted(i));
      }
    }
    return this;
  }
}
