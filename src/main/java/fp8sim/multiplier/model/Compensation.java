package fp8sim.multiplier.model;

import fp8sim.multiplier.MultiplierOptions;
import java.util.OptionalInt;

/**
 * The constant that an adder-multiplier adds to mend its mean error.
 *
 * @param indexBits leading fraction bits of each operand that choose the constant; empty for none
 */
public record Compensation(OptionalInt indexBits) {
  private static final int MAX_INDEX_BITS = 10;

  static final String HELP = "compensation=none|0..10 (index bits)";

  public static Compensation parse(MultiplierOptions options) {
    return new Compensation(options.optionalInteger("compensation", "none", 0, MAX_INDEX_BITS));
  }

  /** The constants C by pair of fractions, index {@code x << M | y}; all 0 without compensation. */
  int[] table(int mantissaBits) {
    return indexBits.isPresent()
        ? ErrorTable.compensation(mantissaBits, indexBits.getAsInt())
        : new int[1 << (2 * mantissaBits)];
  }

  @Override
  public String toString() {
    return indexBits.isPresent() ? Integer.toString(indexBits.getAsInt()) : "none";
  }
}
