package fp8sim.engine;

import fp8sim.graph.Node;
import fp8sim.graph.TensorType;
import fp8sim.kernel.Backend;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.numerics.FloatMath;
import fp8sim.pass.infer.ConstantEvaluator;
import fp8sim.plan.Operand;
import fp8sim.plan.Plan;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Computes constants with the reference kernels, one step at a time. A node asked for again with
 * the same tensors gives the same tensors, so that all sessions of a network share them (and what
 * kernels prepare from them).
 */
final class KernelConstantEvaluator implements ConstantEvaluator {
  private record Computed(List<@Nullable Tensor> inputs, List<Tensor> outputs) {
    boolean isFrom(List<@Nullable Tensor> others) {
      boolean same = inputs.size() == others.size();
      for (int i = 0; same && i < inputs.size(); i++) {
        same = isSame(inputs.get(i), others.get(i));
      }
      return same;
    }

    /** Identity on purpose: equal contents would have to be compared element by element. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(@Nullable Tensor a, @Nullable Tensor b) {
      return a == b;
    }
  }

  private final String model;
  private final Backend reference = Backends.choose(Backends.REFERENCE).backend();
  private final Map<String, Computed> computed = new HashMap<>();

  /**
   * @param model its name, for messages
   */
  KernelConstantEvaluator(String model) {
    this.model = model;
  }

  @Override
  public List<Tensor> evaluate(
      Node node, List<@Nullable Tensor> inputs, List<TensorType> outputTypes) {
    Computed known = computed.get(node.name());
    if (known != null && known.isFrom(inputs)) {
      return known.outputs();
    }
    List<Tensor> outputs = compute(node, inputs, outputTypes);
    computed.put(node.name(), new Computed(new ArrayList<>(inputs), outputs));
    return outputs;
  }

  private List<Tensor> compute(
      Node node, List<@Nullable Tensor> inputs, List<TensorType> outputTypes) {
    List<@Nullable Operand> operands = new ArrayList<>();
    for (Tensor input : inputs) {
      operands.add(input == null ? null : new Operand.Constant(input));
    }
    List<Operand.@Nullable Slot> slots = new ArrayList<>();
    Map<String, Operand> outputs = new LinkedHashMap<>();
    long offset = 0;
    for (TensorType type : outputTypes) {
      Operand.Slot slot = new Operand.Slot(offset, type);
      outputs.put("output" + slots.size(), slot);
      slots.add(slot);
      offset += Math.ceilDiv(type.bytes(), Tensor.ALIGNMENT) * Tensor.ALIGNMENT;
    }
    Step step = new Step(node.name(), node.op(), operands, slots, List.of());
    Plan plan = new Plan(model, List.of(step), Map.of(), outputs, offset, FloatMath.SEPARATE);
    SessionOptions options = new SessionOptions(1, "", new PreparedConstants());
    try (Session session = reference.compile(plan, options)) {
      Map<String, Tensor> results = session.run(Map.of());
      return outputs.keySet().stream()
          .map(name -> Objects.requireNonNull(results.get(name)).copy())
          .toList();
    }
  }
}
