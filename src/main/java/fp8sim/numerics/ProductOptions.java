package fp8sim.numerics;

import fp8sim.common.UserOption;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.sum.Accumulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How products of operands are computed and added (docs/semantics.md section 5).
 *
 * @param roundProducts whether each product is rounded to the result grid
 * @param roundProductAndSum whether each exact product, and then their sum, is quantized
 * @param givenAccumulator empty for the default
 */
public record ProductOptions(
    ChosenMultiplier multiplier,
    boolean roundProducts,
    boolean roundProductAndSum,
    Optional<Accumulator> givenAccumulator) {

  /** Exact products, added in float32. */
  public static final ProductOptions DEFAULT =
      new ProductOptions(ChosenMultiplier.EXACT, false, false, Optional.empty());

  /** Stands for all multipliers but the exact one where only that matters. */
  private static final ChosenMultiplier ANY =
      new ChosenMultiplier("study", Multipliers.parse("study"));

  /** Whether products are other than exact ones. */
  public boolean isApproximate() {
    return !multiplier.isExact() || roundProducts;
  }

  /** Whether products are computed on codes: exact float32 sums need none. */
  public boolean needsCodes() {
    return isApproximate() || roundProductAndSum || !accumulator().equals(Accumulator.FP32);
  }

  /** Those of the options, as they were given, for which {@link #needsCodes} holds. */
  public String describeCodes() {
    List<String> options = new ArrayList<>();
    if (!multiplier.isExact()) {
      options.add(UserOption.MULTIPLIER.with(multiplier));
    }
    if (roundProducts) {
      options.add(UserOption.ROUND_PRODUCTS.toString());
    }
    if (roundProductAndSum) {
      options.add(UserOption.ROUND_PRODUCT_AND_SUM.toString());
    }
    givenAccumulator
        .filter(given -> !given.equals(Accumulator.FP32))
        .ifPresent(given -> options.add(UserOption.ACCUMULATOR.with(given.name())));
    return String.join(", ", options);
  }

  /** The accumulator: by default {@code fp32} for exact products, else {@code exact}. */
  public Accumulator accumulator() {
    return givenAccumulator.orElse(
        isApproximate() || roundProductAndSum ? Accumulator.EXACT : Accumulator.FP32);
  }

  /**
   * Options under which calibration is the same as under these: products are exact meanwhile, and
   * only where quantizers are depends on the options.
   *
   * @param inherited whether exceptions may combine these with another multiplier: rounded products
   *     of an exact one need a range of results, unrounded ones do not
   */
  ProductOptions forCalibration(boolean inherited) {
    return new ProductOptions(
        isApproximate() ? ANY : ChosenMultiplier.EXACT,
        inherited && roundProducts,
        roundProductAndSum,
        needsCodes() ? Optional.of(Accumulator.EXACT) : Optional.empty());
  }

  /** The same accumulator, if one was given, for exact products. */
  ProductOptions exact() {
    return new ProductOptions(ChosenMultiplier.EXACT, false, roundProductAndSum, givenAccumulator);
  }

  public ProductOptions withMultiplier(ChosenMultiplier other) {
    return new ProductOptions(other, roundProducts, roundProductAndSum, givenAccumulator);
  }

  public ProductOptions withRoundProducts(boolean other) {
    return new ProductOptions(multiplier, other, roundProductAndSum, givenAccumulator);
  }

  public ProductOptions withAccumulator(Accumulator other) {
    return new ProductOptions(multiplier, roundProducts, roundProductAndSum, Optional.of(other));
  }
}
