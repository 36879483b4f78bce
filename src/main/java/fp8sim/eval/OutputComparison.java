package fp8sim.eval;

/** How near the outputs of a network are to those of another, such as the same in float32. */
public final class OutputComparison {
  private long rows;
  private long agreeing;
  private double cosines;
  private final SignalToNoise noise = new SignalToNoise();

  /**
   * Adds an output.
   *
   * @param exact of the network that is compared with
   * @param other as many numbers
   */
  public void add(float[] exact, float[] other) {
    rows++;
    agreeing += ScoreCounter.predict(exact) == ScoreCounter.predict(other) ? 1 : 0;
    noise.add(exact, other);
    cosines += cosine(exact, other);
  }

  /** Of two vectors of zeros it is 1, of one 0. */
  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squareA += (double) a[i] * a[i];
      squareB += (double) b[i] * b[i];
    }
    if (squareA == 0 || squareB == 0) {
      return squareA == squareB ? 1 : 0;
    }
    return product / Math.sqrt(squareA * squareB);
  }

  /** How many outputs were added. */
  public long rows() {
    return rows;
  }

  /** How many outputs have their largest number in the same place. */
  public long agreeing() {
    return agreeing;
  }

  /** The share of {@link #agreeing}. */
  public double agreement() {
    return (double) agreeing / rows;
  }

  /** The 95 % interval of the agreement. */
  public Interval interval95() {
    return Interval.wilson95(agreeing, rows);
  }

  /** The ratio of signal and noise of all outputs together, in dB. */
  public double sqnr() {
    return noise.decibels();
  }

  /** The mean over all outputs of the cosine of the angle between the two vectors. */
  public double cosine() {
    return cosines / rows;
  }
}
