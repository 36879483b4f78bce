package fp8sim.kernel.simd.depthwise;

import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.Operand;

/**
 * What a depthwise step's products look like.
 *
 * @param misfit why no kernel of this room can do it; empty if one can
 * @param codeBits of the input's codes
 * @param largest magnitude of a product, in units of its own table
 * @param bits of the largest magnitude
 * @param sumBits likewise of a sum
 * @param zeroIsPadding whether products with code 0 are zero, or there is no padding
 * @param plainUnits whether an int in units becomes the same float32 number before and after it is
 *     multiplied by the unit
 */
record DepthwiseFit(
    String misfit,
    int codeBits,
    double largest,
    int bits,
    int sumBits,
    boolean zeroIsPadding,
    boolean plainUnits) {
  private static final int DOUBLE_BITS = 53;

  /** Most bits of codes, so that 16 bits hold where a code's products of 64 bits lie. */
  private static final int MOST_CODE_BITS = 10;

  /** An int times so large a unit is less than infinity. */
  private static final int LARGEST_UNIT = Float.MAX_EXPONENT - Integer.SIZE;

  /** What is found once for each task. */
  static DepthwiseFit of(ProductTask task) {
    return task.finding(DepthwiseFit.class, DepthwiseFit::find);
  }

  private static DepthwiseFit find(ProductTask task) {
    String misfit = misfit(task);
    if (!misfit.isEmpty()) {
      return no(misfit);
    }
    double largest = 0;
    boolean zeros = true;
    boolean plain = true;
    ProductTable first = task.tables().distinct().getFirst();
    for (ProductTable table : task.tables().distinct()) {
      int exponent = table.units().exponent();
      largest = Math.max(largest, Math.scalb(largest(table), -exponent));
      plain &= exponent >= Float.MIN_EXPONENT && exponent <= LARGEST_UNIT;
      if (table.bitsA() != first.bitsA()) {
        return no("inputs of several widths");
      }
      for (int w = 0; w < 1 << table.bitsW(); w++) {
        zeros &= table.of(0, w) == 0;
      }
    }
    int bits = largest == 0 ? 0 : Math.getExponent(largest) + 1;
    int sumBits = bits + Long.SIZE - Long.numberOfLeadingZeros(task.terms() - 1);
    if (sumBits > DOUBLE_BITS) {
      return no("sums of %d bits".formatted(sumBits));
    }
    boolean padded = DepthwiseProducts.geometry(task.step()).hasPadding();
    return new DepthwiseFit("", first.bitsA(), largest, bits, sumBits, zeros || !padded, plain);
  }

  private static double largest(ProductTable table) {
    double largest = 0;
    for (int a = 0; a < 1 << table.bitsA(); a++) {
      for (int w = 0; w < 1 << table.bitsW(); w++) {
        largest = Math.max(largest, Math.abs(table.of(a, w)));
      }
    }
    return largest;
  }

  private static String misfit(ProductTask task) {
    if (task.kind() != ProductTask.Kind.DEPTHWISE) {
      return "several channels for each output";
    }
    if (!(task.step().input(1) instanceof Operand.Constant weight)) {
      return "weights that are computed";
    }
    if (!task.arithmetic().accumulator().equals(Accumulator.EXACT)) {
      return "an accumulator that rounds";
    }
    if (!task.hasTables() || task.arithmetic().a().grid().codeBits() > MOST_CODE_BITS) {
      return "codes that are too wide for tables";
    }
    for (float value : weight.tensor().toFloats()) {
      if (!Float.isFinite(value)) {
        return "weights that are not finite";
      }
    }
    return "";
  }

  private static DepthwiseFit no(String misfit) {
    return new DepthwiseFit(misfit, 0, 0, 0, 0, false, false);
  }
}
