package fp8sim.analysis;

/**
 * Running integrals of the magnitude of a random number: {@code density}, {@code x density} and
 * {@code x^2 density} from 0 to x, both signs together. The density counts as constant in cells of
 * 2^-18 of the distribution's limit.
 */
final class Moments {
  private static final int CELLS = 1 << 18;

  private final double limit;
  private final double width;
  private final double[] density = new double[CELLS];
  private final double[][] sums = new double[3][CELLS + 1];

  Moments(Distribution distribution) {
    limit = distribution.limit();
    width = limit / CELLS;
    for (int i = 0; i < CELLS; i++) {
      density[i] = 2 * distribution.density((i + 0.5) * width);
      for (int power = 0; power < sums.length; power++) {
        sums[power][i + 1] = sums[power][i] + part(i, power, (i + 1) * width);
      }
    }
  }

  /** The integral of {@code x^power density} from 0 to {@code x}. */
  double upTo(int power, double x) {
    if (x >= limit) {
      return sums[power][CELLS];
    }
    int cell = (int) (x / width);
    return sums[power][cell] + part(cell, power, x);
  }

  /** The integral from the start of a cell to {@code x} in it. */
  private double part(int cell, int power, double x) {
    double from = cell * width;
    return density[cell] * (Math.pow(x, power + 1) - Math.pow(from, power + 1)) / (power + 1);
  }

  /** The magnitude that a share of the numbers stays below. */
  float sample(double share) {
    double sought = share * sums[0][CELLS];
    int low = 0;
    int high = CELLS;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (sums[0][middle] <= sought) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double inCell = density[low] == 0 ? 0 : (sought - sums[0][low]) / density[low];
    return (float) (low * width + inCell);
  }

  double power() {
    return sums[2][CELLS];
  }

  /** The magnitude that a share of {@code 1 - tail} stays below. */
  double quantile(double tail) {
    int cell = CELLS;
    while (cell > 0 && sums[0][CELLS] - sums[0][cell - 1] < tail) {
      cell--;
    }
    return cell * width;
  }
}
