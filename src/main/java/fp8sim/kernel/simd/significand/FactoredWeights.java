package fp8sim.kernel.simd.significand;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.gemm.PackedMatrix;
import fp8sim.kernel.simd.gemm.RangedMatrix;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A constant second operand as tiles read it.
 *
 * @param isFinite whether all weights are; if not, entries are missing
 * @param largestSum the largest magnitude that an output's sum can have, in units
 * @param packed in lanes, or null
 * @param rows as a {@link RangedMatrix} of output channels, or null
 */
@InPhase(Phase.PACKING)
record FactoredWeights(
    boolean isFinite,
    double largestSum,
    @Nullable PackedMatrix packed,
    @Nullable MemorySegment rows) {
  /**
   * Encodes weights.
   *
   * @param transposed whether a channel's weights lie together, else a term's do
   */
  static FactoredWeights of(
      Tensor weight,
      ProductArithmetic arithmetic,
      Factorization factors,
      int channels,
      boolean transposed) {
    Encoder encoder = new Encoder(weight, channels, transposed);
    for (int c = 0; c < channels; c++) {
      encoder.encode(c, arithmetic.channel(c).w(), factors);
    }
    Tensor entries = encoder.entries;
    return factors.areWeightsInLanes()
        ? new FactoredWeights(
            encoder.isFinite, encoder.largestSum, PackedMatrix.pack(entries, transposed), null)
        : new FactoredWeights(
            encoder.isFinite,
            encoder.largestSum,
            null,
            RangedMatrix.of(entries.data(), channels, encoder.terms));
  }

  private static final class Encoder {
    private final float[] values;
    private final int terms;

    /** From one weight of a channel to the next, and from channel to channel. */
    private final int step;

    private final int channelStep;
    private final Tensor entries;
    private final Map<Integer, double[]> largest = new HashMap<>();
    private double largestSum;
    private boolean isFinite = true;

    Encoder(Tensor weight, int channels, boolean transposed) {
      values = weight.toFloats();
      terms = values.length / channels;
      step = transposed ? 1 : channels;
      channelStep = transposed ? terms : 1;
      Shape shape = transposed ? Shape.of(channels, terms) : Shape.of(terms, channels);
      entries = Tensor.zeros(DataType.FLOAT, shape);
    }

    void encode(int channel, ProductOperand operand, Factorization factors) {
      int table = factors.table(channel);
      CodeEncoder encoder = new CodeEncoder(operand, 1);
      int[] entryOf = factors.secondEntries(table);
      double[] products = largest.computeIfAbsent(table, factors::largestProducts);
      double sum = 0;
      for (int k = 0; k < terms; k++) {
        int at = channel * channelStep + k * step;
        int code = encoder.code(values[at]);
        if (code == ProductOperand.NOT_FINITE) {
          isFinite = false;
          return;
        }
        entries.data().setAtIndex(Tensor.INT, at, entryOf[code]);
        sum += products[code];
      }
      largestSum = Math.max(largestSum, sum);
    }
  }
}
