package fp8sim.multiplier;

/** The numbers an operand can be: a format with everything that fixes the value of a code. */
public sealed interface Grid permits FloatGrid, IntegerGrid, TableGrid {
  /** Name of the format, for messages. */
  String name();

  /** Width of a code; codes are {@code 0 .. 2^codeBits - 1}. */
  int codeBits();

  /** The value of a code on the grid, without any scale. */
  double value(int code);

  /** Whether a code is a number, neither Inf nor NaN. */
  boolean isFinite(int code);

  /** The code of a value of this grid. */
  int code(double value);
}
