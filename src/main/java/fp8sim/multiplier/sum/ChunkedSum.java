package fp8sim.multiplier.sum;

/** Chunks of terms in a reduced sum, each then added to a float32 sum. */
final class ChunkedSum implements RunningSum {
  private final RunningSum chunkSum;
  private final int chunk;
  private int terms;
  private float sum;

  ChunkedSum(RunningSum chunkSum, int chunk) {
    this.chunkSum = chunkSum;
    this.chunk = chunk;
  }

  @Override
  public void add(double product) {
    chunkSum.add(product);
    terms++;
    if (terms == chunk) {
      sum += chunkSum.result();
      chunkSum.clear();
      terms = 0;
    }
  }

  /** The sum so far; an unfinished chunk counts. */
  @Override
  public float result() {
    return terms == 0 ? sum : sum + chunkSum.result();
  }

  @Override
  public void clear() {
    chunkSum.clear();
    terms = 0;
    sum = 0;
  }
}
