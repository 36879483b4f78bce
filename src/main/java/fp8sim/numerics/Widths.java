package fp8sim.numerics;

import fp8sim.format.BlockFormat;
import fp8sim.format.Float32;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.format.TableFormat;

/** Formats of the same kind with another width. */
final class Widths {
  private static final int MAX_EXPONENT_BITS_OF_8 = 6;

  private Widths() {}

  /**
   * A format of {@code bits} bits: an integer, {@code e2m1} for 4 bits, or the same exponent with
   * another fraction; instead of a table {@code e2m1} or {@code e4mY}.
   *
   * @param bits 0 for no change
   */
  static Format of(Format format, int bits) {
    if (bits == 0 || format.bits() == bits) {
      return format;
    }
    return switch (format) {
      case Float32 f -> f;
      case IntegerFormat i -> new IntegerFormat(bits);
      case FloatFormat f -> minifloat(f, bits);
      case BlockFormat b -> b.withElement(of(b.element(), bits));
      case TableFormat _ -> bits == 4 ? FloatFormat.of(2, 1) : FloatFormat.of(4, bits - 5);
    };
  }

  private static Format minifloat(FloatFormat format, int bits) {
    if (bits == 4) {
      return FloatFormat.of(2, 1);
    }
    int exponentBits = Math.min(format.exponentBits(), MAX_EXPONENT_BITS_OF_8);
    String name = "e" + exponentBits + "m" + (bits - 1 - exponentBits);
    boolean normalOnly = format.normalOnly() && exponentBits > 0;
    return Formats.parse(name + (normalOnly ? ":normal-only" : ""));
  }
}
