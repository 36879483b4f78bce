package fp8sim.multiplier;

import java.util.OptionalDouble;

/**
 * What a circuit costs in one technology, as far as it is known. Figures are finite and not
 * negative. With units energy is in fJ, power in mW, area in um^2 and delay in ns; without them
 * figures only compare with others of the technology.
 *
 * @param technology such as {@code PDK45} or {@code FPGA}
 * @param energy of one operation, if it was given as such
 * @param hasUnits whether the figures have the units above
 */
public record UnitCost(
    String technology,
    OptionalDouble energy,
    OptionalDouble power,
    OptionalDouble area,
    OptionalDouble delay,
    boolean hasUnits) {
  /** Sums over all multiplications of a network stay finite. */
  public static final double MAX = 1e100;

  /** Milliwatts times nanoseconds are picojoules. */
  private static final double FEMTOJOULES = 1000;

  /** Whether a number can be a figure. */
  public static boolean isFigure(double value) {
    return value >= 0 && value <= MAX;
  }

  /** The energy of one operation: as given, or power times delay. */
  public OptionalDouble energyOfOperation() {
    if (energy.isPresent() || power.isEmpty() || delay.isEmpty()) {
      return energy;
    }
    double product = power.getAsDouble() * delay.getAsDouble();
    return OptionalDouble.of(hasUnits ? FEMTOJOULES * product : product);
  }
}
