package fp8sim.multiplier.user.c;

import fp8sim.multiplier.user.c.Expression.Operator;

/** The operators of C on many values of one type; each loop is simple enough to become vectors. */
final class LaneArithmetic {
  private LaneArithmetic() {}

  /**
   * {@code to = left op right}; of divisors and counts of shifts, those that C allows.
   *
   * @param type of the operands, of a shift's left one
   */
  static void apply(Operator operator, CType type, long[] left, long[] right, long[] to) {
    int lanes = to.length;
    switch (operator) {
      case MULTIPLY -> {
        for (int i = 0; i < lanes; i++) {
          to[i] = left[i] * right[i];
        }
      }
      case ADD -> {
        for (int i = 0; i < lanes; i++) {
          to[i] = left[i] + right[i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < lanes; i++) {
          to[i] = left[i] - right[i];
        }
      }
      case AND -> {
        for (int i = 0; i < lanes; i++) {
          to[i] = left[i] & right[i];
        }
      }
      case XOR -> {
        for (int i = 0; i < lanes; i++) {
          to[i] = left[i] ^ right[i];
        }
      }
      case OR -> {
        for (int i = 0; i < lanes; i++) {
          to[i] = left[i] | right[i];
        }
      }
      case SHIFT_LEFT -> {
        for (int i = 0; i < lanes; i++) {
          to[i] = left[i] << right[i];
        }
      }
      case SHIFT_RIGHT -> shiftRight(type, left, right, to);
      case DIVIDE, REMAINDER -> divide(operator == Operator.DIVIDE, type, left, right, to);
      case LESS, LESS_OR_EQUAL, EQUAL, NOT_EQUAL -> compare(operator, type, left, right, to);
    }
    if (!operator.compares()) {
      wrap(type, to);
    }
  }

  private static void shiftRight(CType type, long[] left, long[] right, long[] to) {
    if (type.signed()) {
      for (int i = 0; i < to.length; i++) {
        to[i] = left[i] >> right[i];
      }
    } else {
      for (int i = 0; i < to.length; i++) {
        to[i] = left[i] >>> right[i];
      }
    }
  }

  private static void divide(boolean isQuotient, CType type, long[] left, long[] right, long[] to) {
    for (int i = 0; i < to.length; i++) {
      long divisor = right[i] == 0 ? 1 : right[i];
      if (type.signed()) {
        to[i] = isQuotient ? left[i] / divisor : left[i] % divisor;
      } else {
        to[i] =
            isQuotient
                ? Long.divideUnsigned(left[i], divisor)
                : Long.remainderUnsigned(left[i], divisor);
      }
    }
  }

  private static void compare(Operator operator, CType type, long[] left, long[] right, long[] to) {
    // Unsigned numbers are in the order of signed ones when their first bits are inverted.
    long flip = type.signed() ? 0 : Long.MIN_VALUE;
    for (int i = 0; i < to.length; i++) {
      long a = left[i] ^ flip;
      long b = right[i] ^ flip;
      boolean holds =
          switch (operator) {
            case LESS -> a < b;
            case LESS_OR_EQUAL -> a <= b;
            case EQUAL -> a == b;
            default -> a != b;
          };
      to[i] = holds ? 1 : 0;
    }
  }

  /** Makes numbers values of a type. */
  static void wrap(CType type, long[] values) {
    if (type.bits() == 1) {
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] == 0 ? 0 : 1;
      }
      return;
    }
    int unused = Long.SIZE - type.bits();
    if (unused == 0) {
      return;
    }
    if (type.signed()) {
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] << unused >> unused;
      }
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] << unused >>> unused;
      }
    }
  }
}
