package fp8sim.multiplier;

import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;

/**
 * A minifloat format with a bias.
 *
 * @param format the layout of the codes; the extended layout where values may exceed the top
 */
public record FloatGrid(FloatFormat format, int bias) implements Grid {
  @Override
  public String name() {
    return format.name();
  }

  @Override
  public int codeBits() {
    return format.bits();
  }

  @Override
  public double value(int code) {
    return format.decode(code, bias);
  }

  @Override
  public boolean isFinite(int code) {
    return format.isFinite(code);
  }

  @Override
  public int code(double value) {
    return format.encode(value, bias, ConversionMode.DEFAULT);
  }

  /** Exponent of the distance of the smallest two numbers. */
  public int unitExponent() {
    return (format.normalOnly() ? 0 : 1) - bias - format.mantissaBits();
  }

  /** The largest finite value. */
  public double maxFinite() {
    return format.maxFinite(bias);
  }
}
