package fp8sim.multiplier;

import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.RoundWithoutCarry;
import fp8sim.format.Rounding;

/** What happens to each product before it is accumulated. */
public sealed interface ProductRounding {
  /** A product, rounded to the grid of results. */
  double round(double product);

  /** The unit and width of rounded products, given those of the products. */
  ProductUnits units(ProductUnits products);

  /** Products are accumulated as they are. */
  record None() implements ProductRounding {
    @Override
    public double round(double product) {
      return product;
    }

    @Override
    public ProductUnits units(ProductUnits products) {
      return products;
    }
  }

  /** Nearest-even with carry, saturating (bias policy {@code saturate}). */
  record Nearest(FloatGrid result) implements ProductRounding {
    @Override
    public double round(double product) {
      FloatFormat format = result.format();
      int magnitude =
          format.roundMagnitude(Math.abs(product), result.bias(), Rounding.NEAREST_EVEN, 0);
      int limited = Math.min(magnitude, format.maxMagnitude());
      return Math.copySign(format.magnitudeValue(limited, result.bias()), product);
    }

    @Override
    public ProductUnits units(ProductUnits products) {
      // A carry can reach the power of two that bounds the products.
      double bound = Math.min(products.bound(), result.maxFinite());
      return ProductUnits.of(result.unitExponent(), bound);
    }
  }

  /** The study's split without carry, extending above the top (bias policy {@code study}). */
  record Extending(FloatGrid result) implements ProductRounding {
    @Override
    public double round(double product) {
      return RoundWithoutCarry.round(product, result.format(), result.bias(), true);
    }

    @Override
    public ProductUnits units(ProductUnits products) {
      return ProductUnits.of(result.unitExponent(), products.bound());
    }
  }

  /** The fake quantization of a result quantizer ({@code round-product-and-sum}). */
  record Quantized(FloatQuantizer quantizer) implements ProductRounding {
    // Significand bits of float32 below the leading one: a scale can make use of all of them.
    private static final int FLOAT_FRACTION_BITS = 23;

    @Override
    public double round(double product) {
      return quantizer.apply((float) product);
    }

    @Override
    public ProductUnits units(ProductUnits products) {
      FloatGrid grid = new FloatGrid(quantizer.codeFormat(), quantizer.bias());
      double largest = quantizer.clipMax() * (double) quantizer.scale();
      int unit = grid.unitExponent();
      if (quantizer.scale() != 1) {
        unit += Math.getExponent(quantizer.scale()) - FLOAT_FRACTION_BITS;
      }
      // Rounding the limit itself may reach the next power of two.
      return ProductUnits.of(unit, 2 * largest);
    }
  }
}
