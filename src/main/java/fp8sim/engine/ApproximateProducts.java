package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.format.BiasPolicy;
import fp8sim.format.Biases;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Quantizer;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductSettingFactory;
import fp8sim.multiplier.ProductTables;
import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.ProductOptions;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the arithmetic of layers whose products or sums are not float32. */
final class ApproximateProducts {
  private final BiasPolicy policy;
  private final ProductTables tables = new ProductTables();
  private final Set<List<Object>> checked = new HashSet<>();

  ApproximateProducts(BiasPolicy policy) {
    this.policy = policy;
  }

  /**
   * The arithmetic of a layer.
   *
   * @param a quantizer of the first operand, null if it has none
   * @param w quantizers of the second operand: one, or one per output channel; empty if it has none
   * @param result of the exact result, null without calibration
   * @throws Fp8simException if an operand is float32, or the model is not defined on the formats
   */
  ProductArithmetic arithmetic(
      String layer,
      LayerNumerics numerics,
      @Nullable Quantizer a,
      List<Quantizer> w,
      @Nullable Quantizer result) {
    ProductOptions options = numerics.product();
    if (a == null || w.isEmpty()) {
      throw Fp8simException.usage(
          "layer %s: %s: products of codes need both operands quantized; choose"
                  .formatted(layer, options.describeCodes())
              + " %s and %s (or %s)"
                  .formatted(UserOption.WEIGHTS, UserOption.ACTIVATIONS, UserOption.FORMAT));
    }
    boolean isBlocked = a instanceof BlockQuantizer || w.getFirst() instanceof BlockQuantizer;
    if (isBlocked && options.roundProductAndSum()) {
      throw Fp8simException.usage(
          "layer %s: %s: sums of block formats have no range; leave it out"
              .formatted(layer, UserOption.ROUND_PRODUCT_AND_SUM));
    }
    FloatQuantizer sum = options.roundProductAndSum() ? requireMinifloat(layer, result) : null;
    ProductOperand operand = ProductOperand.of(a);
    List<ProductArithmetic.Channel> channels = new ArrayList<>();
    for (Quantizer quantizer : w) {
      ProductOperand second = ProductOperand.of(quantizer);
      ProductSetting setting = setting(layer, numerics, operand, second, result, sum);
      channels.add(new ProductArithmetic.Channel(second, setting.result(), setting.rounding()));
    }
    return new ProductArithmetic(
        options.multiplier().model(), operand, channels, options.accumulator(), sum, tables);
  }

  /**
   * What the products of an output channel are bound to.
   *
   * @param result of the exact result, null without calibration
   * @param sum what each product passes, if each does
   */
  private ProductSetting setting(
      String layer,
      LayerNumerics numerics,
      ProductOperand a,
      ProductOperand w,
      @Nullable Quantizer result,
      @Nullable FloatQuantizer sum) {
    float scale = a.scale() * w.scale();
    FloatGrid chosen = resultGrid(numerics, result, scale);
    Multiplier model = numerics.product().multiplier().model();
    ProductSettingFactory settings = numerics.productSettings(policy);
    try {
      return sum == null
          ? settings.setting(model, a.grid(), w.grid(), chosen)
          : settings.quantizing(
              model, a.grid(), w.grid(), chosen, withScale(sum, sum.scale() / scale));
    } catch (Fp8simException e) {
      throw e.at("layer " + layer);
    }
  }

  /**
   * Fails if the multiplier of a layer is not defined on its formats.
   *
   * @throws Fp8simException one line
   */
  void check(ProductArithmetic arithmetic) {
    ProductSetting setting = arithmetic.setting(0);
    if (checked.add(List.of(arithmetic.model(), setting))) {
      arithmetic.model().bind(setting);
    }
  }

  private static FloatQuantizer requireMinifloat(String layer, @Nullable Quantizer result) {
    if (result instanceof FloatQuantizer minifloat) {
      return minifloat;
    }
    throw Fp8simException.usage(
        "layer %s: %s needs a minifloat %s"
            .formatted(layer, UserOption.ROUND_PRODUCT_AND_SUM, UserOption.RESULT_FORMAT));
  }

  /**
   * The grid of products, which are made without scales: a result scale would divide the operands'.
   */
  private @Nullable FloatGrid resultGrid(
      LayerNumerics numerics, @Nullable Quantizer result, float scale) {
    if (result instanceof FloatQuantizer quantizer) {
      float top = quantizer.clipMax() * quantizer.scale() / scale;
      boolean scaled = quantizer.scale() != 1 || scale != 1;
      boolean given = numerics.result().bias().isPresent();
      boolean fit = scaled && !given && top > 0 && Float.isFinite(top);
      int bias = fit ? fitted(quantizer.format(), top) : quantizer.bias();
      return new FloatGrid(quantizer.format(), bias);
    }
    return numerics.resultGrid();
  }

  /** Policies that clip nothing clip no products either. */
  private int fitted(FloatFormat format, float top) {
    return switch (policy) {
      case REAL, COVER -> Biases.cover(format, top);
      case SATURATE, STUDY -> Biases.fit(format, top);
    };
  }

  private static FloatQuantizer withScale(FloatQuantizer q, float scale) {
    return new FloatQuantizer(
        q.format(), q.codeFormat(), q.bias(), scale, q.clipMin(), q.clipMax(), q.conversion());
  }
}
