package fp8sim.kernel.simd.significand;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.SplitOperand;
import fp8sim.kernel.simd.product.FiniteProduct;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Operands that are encoded, element by element, and then multiplied in tiles. */
@InPhase(Phase.QUANTIZATION)
final class EncodedProduct extends FiniteProduct {
  /** Elements that a worker encodes at a time. */
  private static final int SHARE = 1 << 13;

  /**
   * An operand that the network computes.
   *
   * @param to of the same shape as {@code from}, or the same
   */
  record Encoding(EntryEncoder encoder, Tensor from, Tensor to) {
    /** An encoding to memory of its own. */
    static Encoding of(EntryEncoder encoder, Tensor from, Binding binding) {
      if (encoder.isIdentity()) {
        return new Encoding(encoder, from, from);
      }
      MemorySegment entries = binding.allocate(Math.max(1, from.data().byteSize()));
      MemorySegment exact = entries.asSlice(0, from.data().byteSize());
      return new Encoding(encoder, from, new Tensor(from.type(), from.shape(), exact));
    }

    int shares() {
      return Math.ceilDiv(from.shape().elements(), SHARE);
    }

    /** Encodes a share, and returns whether it is finite. */
    boolean encode(int share) {
      int first = share * SHARE;
      int count = Math.min(SHARE, from.shape().elements() - first);
      long shift = (long) first * Float.BYTES;
      if (encoder.isIdentity()) {
        return EntryEncoder.areFinite(from.data().address() + shift, count);
      }
      return encoder.encode(from.data().address() + shift, count, to.data().address() + shift);
    }
  }

  private final Executable product;

  /** Its tables, of which the tiles know the addresses only, must stay alive during a run. */
  private final Factorization factors;

  /** What the first operand is taken apart by, or null without blocks. */
  private final @Nullable SplitOperand split;

  private final Encoding[] encodings;

  /**
   * A product.
   *
   * @param product multiplies what was encoded
   * @param split takes the first operand apart if it is in blocks
   * @param encodings of the operands that are computed
   */
  EncodedProduct(
      ProductTask task,
      Factorization factors,
      Binding binding,
      Executable product,
      @Nullable SplitOperand split,
      Encoding... encodings) {
    super(task, binding);
    this.factors = factors;
    this.product = product;
    this.split = split;
    this.encodings = encodings;
  }

  @Override
  protected void encode(Parallel parallel) {
    if (split != null) {
      split.split(parallel);
    }
    for (Encoding encoding : encodings) {
      parallel.run(encoding.shares(), (share, worker) -> noteFinite(encoding.encode(share)));
    }
  }

  @Override
  protected void multiply(Parallel parallel) {
    try {
      product.run(parallel);
    } finally {
      Reference.reachabilityFence(factors);
    }
  }
}
