package fp8sim.eval;

/**
 * How well a network did.
 *
 * @param images number of scored samples
 * @param top1Hits samples whose label has the largest output (of equal outputs the first counts)
 * @param top5Hits samples whose label is among the five largest outputs
 * @param loss mean of the negative log probabilities of the labels, in nats
 */
public record Scores(long images, long top1Hits, long top5Hits, double loss) {
  /** A share in [0, 1]. */
  public double top1() {
    return (double) top1Hits / images;
  }

  /** A share in [0, 1]. */
  public double top5() {
    return (double) top5Hits / images;
  }

  public Interval interval95() {
    return Interval.wilson95(top1Hits, images);
  }
}
