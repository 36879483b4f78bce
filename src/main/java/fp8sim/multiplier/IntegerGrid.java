package fp8sim.multiplier;

import fp8sim.format.IntegerFormat;

/**
 * Integers; a code is the low bits of the integer. Zero points are not part of the grid: with them
 * a sum is {@code sum(product(qA, qW)) - zeroA * sum(qW)}.
 *
 * @param signed whether the codes are two's complement
 */
public record IntegerGrid(IntegerFormat format, boolean signed) implements Grid {
  @Override
  public String name() {
    return format.name();
  }

  @Override
  public int codeBits() {
    return format.bits();
  }

  /** The integer of a code. */
  public int integer(int code) {
    int unused = Integer.SIZE - format.bits();
    return signed ? code << unused >> unused : code;
  }

  @Override
  public double value(int code) {
    return integer(code);
  }

  @Override
  public boolean isFinite(int code) {
    return true;
  }

  @Override
  public int code(double value) {
    return (int) value & format.unsignedMax();
  }

  /** Largest integer of the grid. */
  public int max() {
    return signed ? format.signedMax() : format.unsignedMax();
  }
}
