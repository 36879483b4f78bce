package fp8sim.kernel;

import fp8sim.numerics.FloatMath;
import fp8sim.plan.Operand;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel needs to bind a step: where operands lie, and what to share.
 *
 * @param arena the memory of all slots
 * @param lifetime for what an executable allocates besides (workspace); freed with the session
 * @param prepared constants in kernels' own forms
 * @param floatMath how float32 layers add
 * @param workers how many workers {@link Parallel} will have, for per-worker scratch memory
 * @param quantizers of computed tensors
 * @param samples how many samples the network takes at once
 */
public record Binding(
    MemorySegment arena,
    Arena lifetime,
    PreparedConstants prepared,
    FloatMath floatMath,
    int workers,
    QuantizerTable quantizers,
    int samples) {

  /** A binding without quantizers. */
  public Binding(
      MemorySegment arena,
      Arena lifetime,
      PreparedConstants prepared,
      FloatMath floatMath,
      int workers) {
    this(arena, lifetime, prepared, floatMath, workers, new QuantizerTable(0), 1);
  }

  /** An operand's tensor: a constant's own, or a view of the arena. */
  public Tensor tensor(Operand operand) {
    return switch (operand) {
      case Operand.Constant constant -> constant.tensor();
      case Operand.Slot slot ->
          new Tensor(
              slot.dataType(), slot.shape(), arena.asSlice(slot.offset(), slot.type().bytes()));
    };
  }

  /** As {@link #tensor}, null for an absent operand. */
  public @Nullable Tensor optional(@Nullable Operand operand) {
    return operand == null ? null : tensor(operand);
  }

  /**
   * Zeroed memory on a cache line that lives as long as the session.
   *
   * @throws fp8sim.tensor.MemoryLimitException if it does not fit
   */
  public MemorySegment allocate(long bytes) {
    return NativeMemory.allocate(lifetime, bytes);
  }
}
