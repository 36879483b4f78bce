package fp8sim.kernel.simd.depthwise;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Codes of the input as a fraction and a signed power of two, and for each row of products a table
 * by fraction, so that {@code product = table[fraction] * power}.
 *
 * @param fractions by code; 0 for zero
 * @param powers by code; 0 for zero, subnormal numbers are normalized
 * @param tables a row of {@link #classes} floats for each row of products
 */
@InPhase(Phase.TABLES)
record FactoredCodes(int[] fractions, float[] powers, MemorySegment tables, int classes) {
  /** Products as integers that the addition of 1.5 * 2^23 leaves in a float32's low bits. */
  static final double LARGEST = (1 << 22) - 1;

  /**
   * The factors of products, or null if they are not of this kind.
   *
   * @param products in whose rows index is the code of the grid
   */
  static @Nullable FactoredCodes of(TapProducts products, Grid grid) {
    if (!(grid instanceof FloatGrid floats)) {
      return null;
    }
    int classes = floats.format().fractionCount();
    int codes = 1 << grid.codeBits();
    int[] fractions = new int[codes];
    float[] powers = new float[codes];
    for (int code = 0; code < codes; code++) {
      double value = floats.isFinite(code) ? floats.value(code) : 0;
      if (value != 0) {
        double power = Math.scalb(1.0, Math.getExponent(value));
        fractions[code] = (int) ((Math.abs(value) / power - 1) * classes);
        powers[code] = (float) Math.copySign(power, value);
      }
    }
    List<double[]> rows = products.rows();
    // A whole vector is read, even if tables are shorter.
    long bytes = (long) rows.size() * classes * Float.BYTES + Memory.VECTOR;
    MemorySegment tables = NativeMemory.allocate(Arena.ofAuto(), bytes);
    FactoredCodes result = new FactoredCodes(fractions, powers, tables, classes);
    for (int row = 0; row < rows.size(); row++) {
      if (!result.fill(rows.get(row), row)) {
        return null;
      }
    }
    return result;
  }

  /** Finds the table of a row; returns whether it gives all products. */
  private boolean fill(double[] products, int row) {
    float[] table = new float[classes];
    for (int code = 0; code < products.length; code++) {
      if (powers[code] != 0) {
        table[fractions[code]] = (float) (products[code] / powers[code]);
      }
    }
    for (int code = 0; code < products.length; code++) {
      double product = table[fractions[code]] * (double) powers[code];
      if (product != products[code] || Math.abs(product) > LARGEST) {
        return false;
      }
    }
    for (int i = 0; i < classes; i++) {
      Memory.set(address(row) + (long) i * Float.BYTES, table[i]);
    }
    return true;
  }

  /** Where a row's table lies. */
  long address(int row) {
    return tables.address() + (long) row * classes * Float.BYTES;
  }
}
