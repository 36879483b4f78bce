package fp8sim.kernel.simd.sequential;

import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;

/** Constant second operands, encoded once for all sessions in the order of their elements. */
@InPhase(Phase.QUANTIZATION)
final class EncodedWeights {
  private record Form(ProductArithmetic arithmetic) {}

  private EncodedWeights() {}

  /**
   * The entries of a constant.
   *
   * @param channelOf the output channel of an element
   */
  static EncodedTensor of(
      Tensor weight,
      ProductArithmetic arithmetic,
      IntUnaryOperator channelOf,
      UsedEntries blocks,
      Binding binding) {
    return binding
        .prepared()
        .get(weight, new Form(arithmetic), w -> encode(w, arithmetic, channelOf, blocks));
  }

  private static EncodedTensor encode(
      Tensor weight, ProductArithmetic arithmetic, IntUnaryOperator channelOf, UsedEntries blocks) {
    float[] values = weight.toFloats();
    long bytes = Math.max(1, values.length) * (long) Short.BYTES;
    MemorySegment memory = NativeMemory.allocate(Arena.ofAuto(), bytes).asSlice(0, bytes);
    CodeEncoder[] encoders = new CodeEncoder[arithmetic.channels().size()];
    for (int c = 0; c < encoders.length; c++) {
      encoders[c] = new CodeEncoder(arithmetic.channel(c).w(), 1);
    }
    for (int i = 0; i < values.length; i++) {
      CodeEncoder encoder = encoders[encoders.length == 1 ? 0 : channelOf.applyAsInt(i)];
      long to = memory.address() + (long) i * Short.BYTES;
      SequentialVectors.setEntry(to, encoder.code(values[i]) + 1);
    }
    EncodedTensor result = new EncodedTensor(memory);
    result.findUsed(blocks, Parallel.SEQUENTIAL);
    return result;
  }

  /** Whether all numbers are finite. */
  static boolean areFinite(Tensor weight) {
    for (float value : weight.toFloats()) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
