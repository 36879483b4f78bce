package fp8sim.plan;

import fp8sim.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a plan needs before anything runs, without what kernels prepare and need to work.
 *
 * @param arenaBytes for everything that is computed
 * @param constantBytes of weights and other constants, each counted once; they may be mapped from
 *     the model file
 * @param largest the step whose operands need most; null if there are no steps
 * @param largestBytes of that step's computed operands
 */
public record PlannedMemory(
    long arenaBytes, long constantBytes, @Nullable Step largest, long largestBytes) {

  public static PlannedMemory of(Plan plan) {
    Set<Tensor> constants = Collections.newSetFromMap(new IdentityHashMap<>());
    Step largest = null;
    long largestBytes = -1;
    for (Step step : plan.steps()) {
      long bytes = 0;
      for (Operand operand : step.inputs()) {
        switch (operand) {
          case null -> {}
          case Operand.Constant constant -> constants.add(constant.tensor());
          case Operand.Slot slot -> bytes += slot.type().bytes();
        }
      }
      for (Operand.Slot slot : step.outputs()) {
        bytes += slot == null ? 0 : slot.type().bytes();
      }
      if (bytes > largestBytes) {
        largest = step;
        largestBytes = bytes;
      }
    }
    long constantBytes = constants.stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
    return new PlannedMemory(plan.arenaBytes(), constantBytes, largest, Math.max(0, largestBytes));
  }

  /** For messages: what needs most and how much. */
  public String describe() {
    String node =
        largest == null
            ? ""
            : ", most of all %s with %d MiB"
                .formatted(largest.describe(), (largestBytes + (1 << 20) - 1) >> 20);
    return "its values need %d MiB%s".formatted((arenaBytes + (1 << 20) - 1) >> 20, node);
  }
}
