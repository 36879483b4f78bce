package fp8sim.analysis;

/**
 * A number beyond the values that a quantizer can give.
 *
 * @param value before quantization
 * @param limit the nearest value of the quantizer
 */
public record Clipped(double value, double limit) {
  /** No number is beyond. */
  public static final Clipped NONE = new Clipped(0, 0);

  /** How many times the limit the number is; 1 for {@link #NONE}, infinite beyond a limit of 0. */
  public double ratio() {
    if (value == limit) {
      return 1;
    }
    return value / limit > 0 && limit != 0 ? value / limit : Double.POSITIVE_INFINITY;
  }

  /** The one that is farther beyond. */
  Clipped or(Clipped other) {
    return other.ratio() > ratio() ? other : this;
  }
}
