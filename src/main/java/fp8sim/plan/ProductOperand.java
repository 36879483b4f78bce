package fp8sim.plan;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Quantizer;
import fp8sim.format.TableQuantizer;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.TableGrid;
import org.jspecify.annotations.Nullable;

/**
 * How the values of an operand, fake-quantized float32 numbers, are read as codes: {@code value =
 * scale * (grid value - zeroPoint)}.
 *
 * @param scale positive; of a block format that of its elements, which scales of blocks multiply
 * @param zeroPoint integer of the value 0; 0 for minifloats and tables
 * @param blocks where blocks lie and how their scales follow; null where there are none
 */
public record ProductOperand(
    Grid grid, float scale, int zeroPoint, @Nullable BlockQuantizer blocks) {
  /** Code of a number that is not finite: everything that depends on it becomes NaN. */
  public static final int NOT_FINITE = -1;

  /** An operand without blocks. */
  public ProductOperand(Grid grid, float scale, int zeroPoint) {
    this(grid, scale, zeroPoint, null);
  }

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
      case BlockQuantizer blocked -> {
        ProductOperand element = of(blocked.element());
        yield new ProductOperand(element.grid(), element.scale(), 0, blocked);
      }
      case TableQuantizer table ->
          new ProductOperand(new TableGrid(table.format()), table.scale(), 0);
    };
  }

  /**
   * The code of a value of this operand, the scale of its block divided out, or {@link
   * #NOT_FINITE}. The division by the scale undoes a multiplication that was rounded, so the
   * nearest code is taken.
   */
  public int code(float value) {
    if (!Float.isFinite(value)) {
      return NOT_FINITE;
    }
    double steps = scale == 1 ? value : value / (double) scale;
    return grid.code(grid instanceof IntegerGrid ? Math.rint(steps) + zeroPoint : steps);
  }
}
