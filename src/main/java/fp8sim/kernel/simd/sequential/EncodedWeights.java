package fp8sim.kernel.simd.sequential;

import fp8sim.format.BlockQuantizer;
import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.plan.ProductArithmetic;
import fp8sim.quant.BlockCodes;
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
      UsedEntries used,
      Binding binding) {
    return binding
        .prepared()
        .get(weight, new Form(arithmetic), w -> encode(w, arithmetic, channelOf, used));
  }

  private static EncodedTensor encode(
      Tensor weight, ProductArithmetic arithmetic, IntUnaryOperator channelOf, UsedEntries used) {
    BlockQuantizer blocks = arithmetic.channel(0).w().blocks();
    float[] values = weight.toFloats();
    long bytes = Math.max(1, values.length) * (long) Short.BYTES;
    MemorySegment memory = NativeMemory.allocate(Arena.ofAuto(), bytes).asSlice(0, bytes);
    EncodedTensor result =
        blocks == null
            ? encode(memory, values, arithmetic, channelOf)
            : encode(memory, BlockCodes.ofQuantized(blocks, weight.shape(), values));
    result.findUsed(used, Parallel.SEQUENTIAL);
    return result;
  }

  private static EncodedTensor encode(MemorySegment memory, BlockCodes codes) {
    int count = codes.codes().length;
    MemorySegment scales = NativeMemory.allocate(Arena.ofAuto(), 2 * memory.byteSize());
    for (int i = 0; i < count; i++) {
      SequentialVectors.setEntry(memory.address() + (long) i * Short.BYTES, codes.codes()[i] + 1);
      scales.setAtIndex(Tensor.FLOAT, i, codes.scaleOf(i));
    }
    return new EncodedTensor(memory, scales);
  }

  private static EncodedTensor encode(
      MemorySegment memory,
      float[] values,
      ProductArithmetic arithmetic,
      IntUnaryOperator channelOf) {
    CodeEncoder[] encoders = new CodeEncoder[arithmetic.channels().size()];
    for (int c = 0; c < encoders.length; c++) {
      encoders[c] = new CodeEncoder(arithmetic.channel(c).w(), 1);
    }
    for (int i = 0; i < values.length; i++) {
      CodeEncoder encoder = encoders[encoders.length == 1 ? 0 : channelOf.applyAsInt(i)];
      long to = memory.address() + (long) i * Short.BYTES;
      SequentialVectors.setEntry(to, encoder.code(values[i]) + 1);
    }
    return new EncodedTensor(memory, null);
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
