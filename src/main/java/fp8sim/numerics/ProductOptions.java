package fp8sim.numerics;

import java.util.ArrayList;
import java.util.List;

/**
 * How products of operands are computed and added (docs/semantics.md section 5).
 *
 * @param multiplier as on the command line
 * @param roundProducts whether each product is rounded to the result grid
 * @param roundProductAndSum whether each exact product, and then their sum, is quantized
 * @param givenAccumulator as on the command line; empty for the default
 */
public record ProductOptions(
    String multiplier, boolean roundProducts, boolean roundProductAndSum, String givenAccumulator) {
  /** The multiplier without an error. */
  public static final String EXACT = "exact";

  /** Exact products, added in float32. */
  public static final ProductOptions DEFAULT = new ProductOptions(EXACT, false, false, "");

  /** Whether products are other than exact ones. */
  public boolean isApproximate() {
    return !multiplier.equals(EXACT) || roundProducts;
  }

  /** Whether products are computed on codes: exact float32 sums need none. */
  public boolean needsCodes() {
    return isApproximate() || roundProductAndSum || !accumulator().equals("fp32");
  }

  /** Those of the options, as they were given, for which {@link #needsCodes} holds. */
  public String describeCodes() {
    List<String> options = new ArrayList<>();
    if (!multiplier.equals(EXACT)) {
      options.add("--multiplier " + multiplier);
    }
    if (roundProducts) {
      options.add("--round-products");
    }
    if (roundProductAndSum) {
      options.add("--round-product-and-sum");
    }
    if (!givenAccumulator.isEmpty() && !givenAccumulator.equals("fp32")) {
      options.add("--accumulator " + givenAccumulator);
    }
    return String.join(", ", options);
  }

  /** The accumulator: by default {@code fp32} for exact products, else {@code exact}. */
  public String accumulator() {
    if (!givenAccumulator.isEmpty()) {
      return givenAccumulator;
    }
    return isApproximate() || roundProductAndSum ? "exact" : "fp32";
  }

  /**
   * Options under which calibration is the same as under these: products are exact meanwhile, and
   * only where quantizers are depends on the options.
   */
  ProductOptions forCalibration() {
    String any = isApproximate() ? "study" : EXACT;
    return new ProductOptions(any, false, roundProductAndSum, needsCodes() ? "exact" : "");
  }

  /** The same accumulator, if one was given, for exact products. */
  ProductOptions exact() {
    return new ProductOptions(EXACT, false, roundProductAndSum, givenAccumulator);
  }

  public ProductOptions withMultiplier(String other) {
    return new ProductOptions(other, roundProducts, roundProductAndSum, givenAccumulator);
  }

  public ProductOptions withRoundProducts(boolean other) {
    return new ProductOptions(multiplier, other, roundProductAndSum, givenAccumulator);
  }

  public ProductOptions withAccumulator(String other) {
    return new ProductOptions(multiplier, roundProducts, roundProductAndSum, other);
  }
}
