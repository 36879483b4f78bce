package fp8sim.numerics;

/** How many ranges a weight has. */
public enum WeightScope {
  /** One per output channel. */
  CHANNEL,
  /** One range for the whole weight. */
  TENSOR
}
