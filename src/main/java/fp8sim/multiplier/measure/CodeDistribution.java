package fp8sim.multiplier.measure;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.Grid;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How often an operand has each of its codes.
 *
 * @param name for people
 * @param weights by code, in any unit; 0 for codes that do not occur
 */
public record CodeDistribution(String name, double[] weights) {
  /** The name of {@link #uniform}. */
  public static final String UNIFORM = "uniform";

  /**
   * Checks the weights.
   *
   * @throws Fp8simException (input) if one is negative or not finite, or all are zero
   */
  public CodeDistribution {
    for (double weight : weights) {
      if (!(weight >= 0) || weight > Double.MAX_VALUE) {
        throw Fp8simException.input(name + ": " + weight + " is no share of codes");
      }
    }
    if (!(Arrays.stream(weights).sum() > 0)) {
      throw Fp8simException.input(name + ": no code occurs");
    }
  }

  /** All finite codes of a grid alike. */
  public static CodeDistribution uniform(Grid grid) {
    return new CodeDistribution(
        UNIFORM,
        IntStream.range(0, 1 << grid.codeBits())
            .mapToDouble(code -> grid.isFinite(code) ? 1 : 0)
            .toArray());
  }

  double of(int code) {
    return weights[code];
  }
}
