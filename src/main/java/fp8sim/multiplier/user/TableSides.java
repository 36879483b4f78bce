package fp8sim.multiplier.user;

import fp8sim.multiplier.MultiplierOptions;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;

/**
 * The widths of both operands of a table, as far as they are known.
 *
 * @param bitsA of the first operand
 * @param bitsB of the second operand
 */
record TableSides(OptionalInt bitsA, OptionalInt bitsB) {
  static final TableSides UNKNOWN = new TableSides(OptionalInt.empty(), OptionalInt.empty());

  static TableSides of(int bitsA, int bitsB) {
    return new TableSides(OptionalInt.of(bitsA), OptionalInt.of(bitsB));
  }

  /** Reads {@code bits-a} and {@code bits-b}; without them a name such as {@code mul8x4u_0CY}. */
  static TableSides read(MultiplierOptions options, Matcher named) {
    TableSides given =
        new TableSides(
            options.optionalInteger("bits-a", "", TableFile.MIN_BITS, TableFile.MAX_BITS),
            options.optionalInteger("bits-b", "", TableFile.MIN_BITS, TableFile.MAX_BITS));
    return given.equals(UNKNOWN) && named.find() && named.group(2) != null
        ? named(named.group(1), named.group(2))
        : given;
  }

  private static TableSides named(String a, String b) {
    boolean areSides = isSide(a) && isSide(b);
    return areSides ? of(Integer.parseInt(a), Integer.parseInt(b)) : UNKNOWN;
  }

  private static boolean isSide(String digits) {
    return digits.length() <= 2
        && Integer.parseInt(digits) >= TableFile.MIN_BITS
        && Integer.parseInt(digits) <= TableFile.MAX_BITS;
  }

  /** The widths of a table of so many entries: as known, else of a square one. */
  Optional<TableSides> of(long entries) {
    int bits = Long.numberOfTrailingZeros(entries);
    if (Long.bitCount(entries) != 1) {
      return Optional.empty();
    }
    int a = bitsA.orElse(bitsB.isPresent() ? bits - bitsB.getAsInt() : bits / 2);
    int b = bitsB.orElse(bits - a);
    boolean fits = a + b == bits && (isKnown() || a == b);
    return fits && isSide(Integer.toString(Math.max(a, 0))) && isSide("" + Math.max(b, 0))
        ? Optional.of(of(a, b))
        : Optional.empty();
  }

  private boolean isKnown() {
    return bitsA.isPresent() || bitsB.isPresent();
  }

  /**
   * What sizes there can be, for messages.
   *
   * @param unit of an entry in the size
   */
  String expected(int unit) {
    if (bitsA.isPresent() && bitsB.isPresent()) {
      int bits = bitsA.getAsInt() + bitsB.getAsInt();
      return "%d for %d x %d bits"
          .formatted((long) unit << bits, bitsA.getAsInt(), bitsB.getAsInt());
    }
    if (isKnown()) {
      return "%d * 2^(%d + n) for n = %d to %d bits"
          .formatted(unit, bitsA.orElse(bitsB.orElse(0)), TableFile.MIN_BITS, TableFile.MAX_BITS);
    }
    return ("%d * 4^n for n = %d to %d bits (%d for 8); bits-a= and bits-b= name two widths that"
            + " differ")
        .formatted(unit, TableFile.MIN_BITS, TableFile.MAX_BITS, unit << 16);
  }
}
