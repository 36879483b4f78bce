package fp8sim.multiplier;

import fp8sim.format.TableFormat;
import java.util.stream.IntStream;

/** The values of a table. */
public record TableGrid(TableFormat format) implements Grid {
  @Override
  public String name() {
    return format.name();
  }

  @Override
  public int codeBits() {
    return format.bits();
  }

  @Override
  public double value(int code) {
    return format.value(code);
  }

  @Override
  public boolean isFinite(int code) {
    return format.isFinite(code);
  }

  @Override
  public int code(double value) {
    return format.nearestCode(value);
  }

  /** What every value is a multiple of, and how large it can be. */
  public ProductUnits units() {
    return TableUnits.of(
        IntStream.range(0, format.ranks()).mapToDouble(format::rankValue).toArray());
  }
}
