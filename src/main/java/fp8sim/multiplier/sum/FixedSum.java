package fp8sim.multiplier.sum;

/** A fixed-point sum, rounded to nearest-even after every addition. */
final class FixedSum implements RunningSum {
  private final Accumulator.FixedStep step;
  private final long min;
  private final long max;
  private long sum;

  FixedSum(Accumulator.FixedStep step) {
    this.step = step;
    max = (1L << (step.integerBits() + step.fractionBits() - 1)) - 1;
    min = -max - 1;
  }

  @Override
  public void add(double product) {
    double steps = Math.scalb(product, step.fractionBits());
    double whole = Math.floor(steps);
    double rest = steps - whole;
    long exactPart = sum + integer(whole);
    boolean up = rest > 0.5 || (rest == 0.5 && (exactPart & 1) != 0);
    long next = exactPart + (up ? 1 : 0);
    sum = step.wrap() ? wrapped(next) : Math.clamp(next, min, max);
  }

  /** The low 64 bits when wrapping; otherwise limited so that adding to the sum cannot overflow. */
  private long integer(double whole) {
    if (!step.wrap()) {
      return (long) Math.clamp(whole, -0x1p62, 0x1p62);
    }
    // IEEEremainder is exact; what it drops is a multiple of 2^63, which no kept bit sees.
    return (long) Math.IEEEremainder(whole, 0x1p63);
  }

  private long wrapped(long value) {
    int unused = Long.SIZE - step.integerBits() - step.fractionBits();
    return value << unused >> unused;
  }

  @Override
  public float result() {
    return ExactSum.toFloat(sum >> (Long.SIZE - 1), sum, -step.fractionBits());
  }

  @Override
  public void clear() {
    sum = 0;
  }
}
