package fp8sim.multiplier.measure;

import fp8sim.format.FloatFormat;
import fp8sim.format.Rounding;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.ProductSetting;

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
    return result == null ? new Integers() : new Floats(result);
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
