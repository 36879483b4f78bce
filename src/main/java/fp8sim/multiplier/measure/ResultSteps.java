package fp8sim.multiplier.measure;

import fp8sim.format.FloatFormat;
import fp8sim.format.Rounding;
import fp8sim.format.TableFormat;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.TableGrid;

/** The grid of results as consecutive integers: signed magnitude codes, or the integers. */
sealed interface ResultSteps {
  /** The step nearest to a value; steps go on above the top. */
  long nearest(double value);

  /** The step of the largest finite result. */
  long top();

  /** Whether a step is the next one below or above a value, or the value itself. */
  boolean isNeighbour(long step, double value);

  static ResultSteps of(ProductSetting setting) {
    FloatGrid result = setting.result();
    if (result != null) {
      return new Floats(result);
    }
    Grid table = setting.a() instanceof TableGrid ? setting.a() : setting.w();
    return table instanceof TableGrid values ? new Ranks(values.format()) : new Integers();
  }

  /** Steps of a minifloat grid. */
  record Floats(FloatGrid grid) implements ResultSteps {
    @Override
    public long nearest(double value) {
      return step(value, Rounding.NEAREST_EVEN);
    }

    private long step(double value, Rounding rounding) {
      long magnitude = grid.format().roundMagnitude(Math.abs(value), grid.bias(), rounding, 0);
      return value < 0 ? -magnitude : magnitude;
    }

    @Override
    public long top() {
      return grid.format().maxMagnitude();
    }

    @Override
    public boolean isNeighbour(long step, double value) {
      FloatFormat format = grid.format();
      long below = step(value, Rounding.TOWARD_ZERO);
      boolean isExact =
          format.magnitudeValue((int) Math.abs(below), grid.bias()) == Math.abs(value);
      return step == below || (!isExact && step == below + (value < 0 ? -1 : 1));
    }
  }

  /** Values of a table, counted from the one nearest to zero. */
  record Ranks(TableFormat format) implements ResultSteps {
    @Override
    public long nearest(double value) {
      return Math.abs(value) > format.largest()
          ? (long) Math.copySign((double) (top() + 1), value)
          : format.nearestRank(value) - format.smallestRank();
    }

    @Override
    public long top() {
      int zero = format.smallestRank();
      return Math.max(zero, format.ranks() - 1 - zero);
    }

    @Override
    public boolean isNeighbour(long step, double value) {
      long rank = step + format.smallestRank();
      boolean isBelow = rank <= 0 || format.rankValue((int) rank - 1) < value;
      boolean isAbove = rank >= format.ranks() - 1L || format.rankValue((int) rank + 1) > value;
      return isBelow && isAbove;
    }
  }

  /** Integers: all products of integers are on the grid. */
  record Integers() implements ResultSteps {
    @Override
    public long nearest(double value) {
      return (long) Math.rint(value);
    }

    @Override
    public long top() {
      return Integer.MAX_VALUE;
    }

    @Override
    public boolean isNeighbour(long step, double value) {
      return Math.abs(step - value) < 1;
    }
  }
}
