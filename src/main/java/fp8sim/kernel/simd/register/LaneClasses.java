package fp8sim.kernel.simd.register;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What tells the codes of the lanes' operand apart: codes whose products are all the same are one
 * class, and if products of one are the negated ones of another these two are a class with a sign.
 *
 * @param of each code's class, plus {@link #NEGATIVE} if its products are negated
 * @param codes of each class one, whose products are not negated; {@link #NOTHING} for padding
 * @param signed whether any code is negative
 * @param nothing the class whose products are all zero, or -1
 */
record LaneClasses(byte[] of, int[] codes, boolean signed, int nothing) {
  /** Marks the codes that negate the products of their class. */
  static final int NEGATIVE = 0x80;

  /** Instead of a code: all products are zero. */
  static final int NOTHING = -1;

  /** As many classes as four registers hold. */
  static final int MOST = 256;

  /** More than so many classes leave no bit for a sign. */
  static final int MOST_SIGNED = 128;

  /** A column of products that can be compared. */
  private record Column(int[] products) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Column that && Arrays.equals(products, that.products);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(products);
    }
  }

  /**
   * The classes of the codes that occur.
   *
   * @param occurs for each code, whether it does
   * @param padding whether a class without products is needed besides
   */
  static LaneClasses of(ProductIntegers products, boolean[] occurs, boolean padding) {
    LaneClasses result = find(products, occurs, padding, true);
    return result.signed && result.count() > MOST_SIGNED
        ? find(products, occurs, padding, false)
        : result;
  }

  private static LaneClasses find(
      ProductIntegers products, boolean[] occurs, boolean padding, boolean signs) {
    Map<Column, Integer> numbers = new HashMap<>();
    List<Integer> codes = new ArrayList<>();
    byte[] of = new byte[MOST];
    boolean signed = false;
    for (int code = 0; code < occurs.length; code++) {
      if (!occurs[code]) {
        continue;
      }
      Column column = new Column(products.column(code));
      Integer number = numbers.get(column);
      Integer opposite = signs && number == null ? numbers.get(negated(column)) : null;
      if (opposite != null) {
        of[code] = (byte) (opposite | NEGATIVE);
        signed = true;
        continue;
      }
      if (number == null) {
        number = codes.size();
        numbers.put(column, number);
        codes.add(code);
      }
      of[code] = number.byteValue();
    }
    Integer zero = numbers.get(new Column(new int[products.columnLength()]));
    if (zero == null && padding) {
      zero = codes.size();
      codes.add(NOTHING);
    }
    int[] each = codes.stream().mapToInt(Integer::intValue).toArray();
    return new LaneClasses(of, each, signed, zero == null ? -1 : zero);
  }

  private static Column negated(Column column) {
    return new Column(Arrays.stream(column.products).map(product -> -product).toArray());
  }

  int count() {
    return codes.length;
  }

  /** Registers that a digit of all classes fills: 1, 2 or 4; more than 4 if they do not fit. */
  int registers() {
    int registers = 1;
    while (registers * ByteLookups.LANES < count()) {
      registers *= 2;
    }
    return registers;
  }
}
