package fp8sim.plan;

import fp8sim.graph.Op;
import fp8sim.numerics.FloatMath;
import java.util.List;
import java.util.Map;

/**
 * A network for fixed input shapes.
 *
 * @param model where it came from, for messages
 * @param inputs where the user's inputs are copied to, by name
 * @param outputs where the results lie after a run, by name: a slot, or a constant if the network
 *     does not compute it
 * @param arenaBytes size of the memory that all slots lie in
 * @param floatMath how float32 layers add
 */
public record Plan(
    String model,
    List<Step> steps,
    Map<String, Operand.Slot> inputs,
    Map<String, Operand> outputs,
    long arenaBytes,
    FloatMath floatMath) {
  public Plan {
    steps = List.copyOf(steps);
  }

  /** Whether quantizers update their ranges while it runs, that is, during calibration. */
  public boolean observes() {
    return steps.stream()
        .anyMatch(step -> step.op() instanceof Op.FakeQuantize quantize && quantize.observes());
  }

  /** How many samples it takes at once: the first dimension of the first input. */
  public int samples() {
    for (Operand.Slot input : inputs.values()) {
      return input.shape().rank() == 0 ? 1 : Math.max(1, input.shape().dim(0));
    }
    return 1;
  }
}
