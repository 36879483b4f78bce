package fp8sim.kernel.simd.register;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The digits of all products of a step: for each digit, table and code that selects tables the
 * bytes of one, two or four registers, which lanes choose from by their classes. Before the codes
 * of each table lie products of zero, for terms that are not there.
 */
@InPhase(Phase.TABLES)
final class DigitTables {
  /** Instructions of a look-up, for each number of registers: 1, 2, 4; see {@link #lookup}. */
  private static final double[] LOOKUP = {1.5, 3.25, 6.5};

  private final ProductIntegers products;
  private final LaneClasses classes;
  private final Digits digits;
  private final int shift;
  private final long digitBytes;
  private final MemorySegment memory;

  DigitTables(ProductIntegers products, LaneClasses classes) {
    this.products = products;
    this.classes = classes;
    digits = digits(products, classes);
    shift = Integer.numberOfTrailingZeros(classes.registers() * ByteLookups.LANES);
    digitBytes = ((long) products.tables() * entries()) << shift;
    memory = NativeMemory.allocate(Arena.ofAuto(), digits.count() * digitBytes);
    for (int table = 0; table < products.tables(); table++) {
      for (int entry = 0; entry < entries(); entry++) {
        fill(table, entry);
      }
    }
  }

  /** The digits of products that lanes of some classes look up. */
  static Digits digits(ProductIntegers products, LaneClasses classes) {
    return Digits.of(products.bits(), lookup(classes));
  }

  /** Instructions of looking up a digit, signs included. */
  static double lookup(LaneClasses classes) {
    double lookup = LOOKUP[Integer.numberOfTrailingZeros(classes.registers())];
    return classes.signed() ? lookup + 1 : lookup;
  }

  private void fill(int table, int entry) {
    int half = 1 << (digits.bits() - 1);
    for (int c = 0; c < classes.count(); c++) {
      int code = classes.codes()[c];
      boolean none = entry == 0 || code == LaneClasses.NOTHING;
      int product = none ? 0 : products.product(table, code, entry - 1);
      for (int d = 0; d < digits.count(); d++) {
        long to = d * digitBytes + offset(table, entry) + c;
        int digit = ((product + half) >>> digits.shift(d)) & digits.mask(d);
        memory.set(ValueLayout.JAVA_BYTE, to, (byte) digit);
      }
    }
  }

  private int entries() {
    return products.tableCodes() + 1;
  }

  /**
   * Where a code's registers lie in each digit's memory.
   *
   * @param entry the code plus one, or 0 for terms that are not there
   */
  int offset(int table, int entry) {
    return (table * entries() + entry) << shift;
  }

  /** By how many bits an entry of the first table is shifted to be an {@link #offset}. */
  int shift() {
    return shift;
  }

  ProductIntegers products() {
    return products;
  }

  LaneClasses classes() {
    return classes;
  }

  Digits digits() {
    return digits;
  }

  /** Address of a digit's registers. */
  long digit(int digit) {
    return memory.address() + digit * digitBytes;
  }
}
