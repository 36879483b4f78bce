package fp8sim.multiplier.sum;

/** The sum of the products of one output, term by term. */
public interface RunningSum {
  /** Adds a product. */
  void add(double product);

  /** The sum as float32. */
  float result();

  /** Makes the sum empty again. */
  void clear();
}
