package fp8sim.plan;

import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Quantizer;
import fp8sim.format.TableQuantizer;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.TableGrid;

/**
 * How the values of an operand, fake-quantized float32 numbers, are read as codes: {@code value =
 * scale * (grid value - zeroPoint)}.
 *
 * @param scale positive
 * @param zeroPoint integer of the value 0; 0 for minifloats and tables
 */
public record ProductOperand(Grid grid, float scale, int zeroPoint) {
  /** Code of a number that is not finite: everything that depends on it becomes NaN. */
  public static final int NOT_FINITE = -1;

  /** The operand that a quantizer makes. */
  public static ProductOperand of(Quantizer quantizer) {
    return switch (quantizer) {
      case FloatQuantizer minifloat ->
          new ProductOperand(
              new FloatGrid(minifloat.codeFormat(), minifloat.bias()), minifloat.scale(), 0);
      case IntegerQuantizer integer ->
          new ProductOperand(
              new IntegerGrid(integer.format(), integer.min() < 0),
              integer.scale(),
              integer.zeroPoint());
      case TableQuantizer table ->
          new ProductOperand(new TableGrid(table.format()), table.scale(), 0);
    };
  }

  /**
   * The code of a value of this operand, or {@link #NOT_FINITE}. The division by the scale undoes a
   * multiplication that was rounded, so the nearest code is taken.
   */
  public int code(float value) {
    if (!Float.isFinite(value)) {
      return NOT_FINITE;
    }
    double steps = scale == 1 ? value : value / (double) scale;
    return grid.code(grid instanceof IntegerGrid ? Math.rint(steps) + zeroPoint : steps);
  }
}
