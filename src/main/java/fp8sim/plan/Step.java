package fp8sim.plan;

import fp8sim.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One kernel call.
 *
 * @param name the node's name, for messages and reports
 * @param op the operator; windows are resolved ({@link fp8sim.graph.Window#isResolved})
 * @param inputs operands in the operator's order; null where an optional input is absent. The bias
 *     of Conv and Gemm is an input of these operators, not an {@link Epilogue}
 * @param outputs where the results go; null where nobody reads an output
 * @param epilogue applied to the first output, in order; empty for most operators
 * @param arithmetic how products of codes are computed and added; null for float32
 */
public record Step(
    String name,
    Op op,
    List<@Nullable Operand> inputs,
    List<Operand.@Nullable Slot> outputs,
    List<Epilogue> epilogue,
    @Nullable ProductArithmetic arithmetic) {
  public Step {
    inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
    outputs = Collections.unmodifiableList(new ArrayList<>(outputs));
    epilogue = List.copyOf(epilogue);
  }

  /** A step in float32. */
  public Step(
      String name,
      Op op,
      List<@Nullable Operand> inputs,
      List<Operand.@Nullable Slot> outputs,
      List<Epilogue> epilogue) {
    this(name, op, inputs, outputs, epilogue, null);
  }

  /** Input {@code i}, which the operator requires. */
  public Operand input(int i) {
    Operand operand = optionalInput(i);
    if (operand == null) {
      throw new IllegalStateException("step " + name + " has no input " + i);
    }
    return operand;
  }

  /** Input {@code i}, or null if it is absent. */
  public @Nullable Operand optionalInput(int i) {
    return i < inputs.size() ? inputs.get(i) : null;
  }

  /** An output, or null if nobody reads it. */
  public Operand.@Nullable Slot optionalOutput(int i) {
    return i < outputs.size() ? outputs.get(i) : null;
  }

  /** The first output. */
  public Operand.Slot output() {
    Operand.Slot slot = outputs.getFirst();
    if (slot == null) {
      throw new IllegalStateException("step " + name + " has no first output");
    }
    return slot;
  }

  /** Whether an output has elements; where none has, no kernel need run, or be able to. */
  public boolean writesAnything() {
    return outputs.stream().anyMatch(slot -> slot != null && slot.shape().elements() > 0);
  }

  /** For messages: {@code Conv node "layer1.0.conv1"}. */
  public String describe() {
    return op.onnxName() + " node \"" + name + "\"";
  }
}
