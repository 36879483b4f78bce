package fp8sim.multiplier.sum;

/** A sum that is rounded to a small format after every addition, from the exact sum. */
final class RoundedSum implements RunningSum {
  private final Accumulator.RoundedStep step;
  private double sum;

  RoundedSum(Accumulator.RoundedStep step) {
    this.step = step;
  }

  @Override
  public void add(double product) {
    int code = step.format().encode(addToOdd(sum, product), step.bias(), step.conversion());
    sum = step.format().decode(code, step.bias());
  }

  /**
   * The sum rounded to odd, so that a later rounding to fewer bits is that of the exact sum. The
   * error of the addition is Knuth's two-sum.
   */
  private static double addToOdd(double a, double b) {
    double nearest = a + b;
    double partOfB = nearest - a;
    double error = (a - (nearest - partOfB)) + (b - partOfB);
    boolean isOdd = (Double.doubleToRawLongBits(nearest) & 1) != 0;
    if (error == 0 || isOdd || !Double.isFinite(nearest)) {
      return nearest;
    }
    return error > 0 ? Math.nextUp(nearest) : Math.nextDown(nearest);
  }

  @Override
  public float result() {
    return (float) sum;
  }

  @Override
  public void clear() {
    sum = 0;
  }
}
