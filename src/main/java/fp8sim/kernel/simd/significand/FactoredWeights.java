package fp8sim.kernel.simd.significand;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.gemm.PackedMatrix;
import fp8sim.kernel.simd.gemm.RangedMatrix;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A constant second operand as tiles read it.
 *
 * @param factors that it is encoded with
 * @param packed in lanes, or null
 * @param rows as a {@link RangedMatrix} of output channels, or null
 */
@InPhase(Phase.PACKING)
record FactoredWeights(
    Factorization factors, @Nullable PackedMatrix packed, @Nullable MemorySegment rows) {
  /**
   * Encodes weights; null if one of them is not finite.
   *
   * @param transposed whether a channel's weights lie together, else a term's do
   */
  static @Nullable FactoredWeights of(
      ProductTask task, FactorPlan plan, Tensor weight, int channels, boolean transposed) {
    Matrix matrix = new Matrix(weight, channels, transposed);
    for (int c = 0; c < channels; c++) {
      if (!matrix.encode(c, task.arithmetic().channel(c).w())) {
        return null;
      }
    }
    SumBound bound = SumBound.of(task, plan.tables());
    for (int c = 0; c < channels; c++) {
      bound.add(c, matrix.codes(c));
    }
    Factorization factors = plan.factors(task, bound.form());
    Tensor entries = matrix.entries(c -> factors.secondEntries(factors.table(c)));
    if (plan.areWeightsInLanes()) {
      return new FactoredWeights(factors, PackedMatrix.pack(entries, transposed), null);
    }
    int most = factors.form().mostTerms();
    return new FactoredWeights(
        factors, null, RangedMatrix.of(entries.data(), channels, matrix.terms, most));
  }

  /** Weights as codes. */
  private static final class Matrix {
    private final float[] values;
    private final int channels;
    private final int terms;
    private final boolean transposed;
    private final short[] codes;

    Matrix(Tensor weight, int channels, boolean transposed) {
      this.channels = channels;
      this.transposed = transposed;
      values = weight.toFloats();
      terms = values.length / channels;
      codes = new short[values.length];
    }

    private int at(int channel, int term) {
      return transposed ? channel * terms + term : term * channels + channel;
    }

    /** Encodes a channel, and returns whether it is finite. */
    boolean encode(int channel, ProductOperand operand) {
      CodeEncoder encoder = new CodeEncoder(operand, 1);
      for (int k = 0; k < terms; k++) {
        int code = encoder.code(values[at(channel, k)]);
        if (code == ProductOperand.NOT_FINITE) {
          return false;
        }
        codes[at(channel, k)] = (short) code;
      }
      return true;
    }

    short[] codes(int channel) {
      short[] result = new short[terms];
      for (int k = 0; k < terms; k++) {
        result[k] = codes[at(channel, k)];
      }
      return result;
    }

    /** The entries of all codes. */
    Tensor entries(IntFunction<int[]> entriesOf) {
      Shape shape = transposed ? Shape.of(channels, terms) : Shape.of(terms, channels);
      Tensor entries = Tensor.zeros(DataType.FLOAT, shape);
      for (int c = 0; c < channels; c++) {
        int[] entryOf = entriesOf.apply(c);
        for (int k = 0; k < terms; k++) {
          int entry = entryOf[codes[at(c, k)] & Character.MAX_VALUE];
          entries.data().setAtIndex(Tensor.INT, at(c, k), entry);
        }
      }
      return entries;
    }
  }
}
