package fp8sim.numerics;

import fp8sim.quant.RangeMethod;

/** How ranges of weights and activations are found, and how many a weight has. */
public record RangeOptions(RangeMethod weights, RangeMethod activations, WeightScope scope) {
  public static final RangeOptions DEFAULT =
      new RangeOptions(RangeMethod.MINMAX, RangeMethod.ALLMINMAX, WeightScope.CHANNEL);

  public RangeOptions withWeights(RangeMethod method) {
    return new RangeOptions(method, activations, scope);
  }

  public RangeOptions withActivations(RangeMethod method) {
    return new RangeOptions(weights, method, scope);
  }
}
