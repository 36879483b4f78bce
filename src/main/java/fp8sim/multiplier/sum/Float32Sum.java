package fp8sim.multiplier.sum;

/** Float32 additions in order. */
final class Float32Sum implements RunningSum {
  private float sum;

  @Override
  public void add(double product) {
    sum += (float) product;
  }

  @Override
  public float result() {
    return sum;
  }

  @Override
  public void clear() {
    sum = 0;
  }
}
