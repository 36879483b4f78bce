package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.format.Format;
import fp8sim.format.Quantizer;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.PlacedLayer;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.pass.quantize.WeightQuantization.QuantizedWeight;
import fp8sim.plan.ProductArithmetic;
import fp8sim.quant.ProductSite;
import fp8sim.quant.ProductSite.Part;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerRole;
import fp8sim.quant.ValueRange;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a network multiplies. */
record NetworkProducts(QuantizedGraph quantized, Numerics numerics) {
  /** A product of two computed tensors, by the quantizers of its operands. */
  private record Factors(Part product, QuantizerRole a, QuantizerRole b) {}

  /**
   * How layers multiply that do not in float32. Products are exact while ranges are being found;
   * that the layers can multiply is checked before, on some range.
   *
   * @throws fp8sim.common.Fp8simException if an operand is float32, or a multiplier is not defined
   *     on the formats
   */
  Map<ProductSite, ProductArithmetic> arithmetics(ApproximateProducts products) {
    Map<ProductSite, ProductArithmetic> all = assumed(products);
    if (quantized.calibrating()) {
      all.values().forEach(products::check);
      all.clear();
    }
    return all;
  }

  /** As {@link #arithmetics}; while ranges are being found, on some range. */
  Map<ProductSite, ProductArithmetic> assumed(ApproximateProducts products) {
    Map<ProductSite, ProductArithmetic> all = new LinkedHashMap<>();
    for (Node node : quantized.graph().nodes()) {
      PlacedLayer layer = quantized.placement().layers().get(node.name());
      if (layer != null && layer.numerics().product().needsCodes()) {
        all.put(ProductSite.of(node.name()), ofLayer(node, layer, products));
      } else if (layer == null) {
        addActivationProducts(node, products, all);
      }
    }
    return all;
  }

  private ProductArithmetic ofLayer(Node node, PlacedLayer layer, ApproximateProducts products) {
    String name = node.name();
    QuantizedWeight weight =
        layer.weight() == null ? null : quantized.weights().get(layer.weight());
    if (node.op() instanceof Op.ConvTranspose && layer.numerics().hasBlockedOperand()) {
      throw Fp8simException.usage(
          "layer %s: ConvTranspose has no products of codes in block formats; give it another with %s"
              .formatted(name, UserOption.LAYER.with(name + ":format=e4m3")));
    }
    return products.arithmetic(
        name,
        layer.numerics(),
        quantizer(layer.input()),
        weight == null ? List.of() : List.of(weight.quantizers()),
        quantizer(layer.result()));
  }

  /** Products of two computed operands. */
  private void addActivationProducts(
      Node node, ApproximateProducts products, Map<ProductSite, ProductArithmetic> all) {
    LayerNumerics own = numerics.forNode(node.name());
    if (own.product().needsCodes() && !own.product().roundProductAndSum()) {
      for (Factors factors : activationProducts(node)) {
        ProductSite site = new ProductSite(node.name(), factors.product());
        Quantizer a = quantizer(new QuantizerId(node.name(), factors.a()));
        Quantizer b = quantizer(new QuantizerId(node.name(), factors.b()));
        List<Quantizer> second = List.of(Objects.requireNonNull(b));
        Quantizer result = quantizer(site.result());
        all.put(site, products.arithmetic(site.toString(), own, a, second, result));
      }
    }
  }

  /** The products of a node whose operands are both computed and have quantizers. */
  private List<Factors> activationProducts(Node node) {
    return switch (node.op()) {
      case Op.MatMul _ when has(node, QuantizerRole.LEFT) ->
          List.of(new Factors(Part.WHOLE, QuantizerRole.LEFT, QuantizerRole.RIGHT));
      case Op.Attention _ when has(node, QuantizerRole.PROBABILITIES) ->
          List.of(
              new Factors(Part.SCORES, QuantizerRole.QUERY, QuantizerRole.KEY),
              new Factors(Part.VALUES, QuantizerRole.PROBABILITIES, QuantizerRole.VALUE));
      default -> List.of();
    };
  }

  private boolean has(Node node, QuantizerRole role) {
    return quantized.quantizers().containsKey(new QuantizerId(node.name(), role));
  }

  /** What multiplies where both operands have quantizers, by node name. */
  Map<String, MacUnit> units() {
    Map<String, MacUnit> all = new HashMap<>();
    Graph graph = quantized.graph();
    for (Node node : graph.nodes()) {
      PlacedLayer layer = quantized.placement().layers().get(node.name());
      boolean isQuantized =
          layer != null
              ? layer.weight() != null && Numerics.isQuantized(numerics.activations())
              : has(node, QuantizerRole.LEFT) || has(node, QuantizerRole.QUERY);
      if (isQuantized) {
        LayerNumerics own = layer != null ? layer.numerics() : numerics.forNode(node.name());
        Format weights = layer != null ? own.weights() : own.input();
        all.put(node.name(), MacUnit.of(own, own.input(), weights));
      }
    }
    return all;
  }

  /** A quantizer of activations; while ranges are being found, one for the range of one. */
  private @Nullable Quantizer quantizer(@Nullable QuantizerId id) {
    QuantizerSpec spec = id == null ? null : quantized.quantizers().get(id);
    if (id == null || spec == null) {
      return null;
    }
    return quantized.calibrating() ? spec.quantizer(ValueRange.of(-1, 1)) : quantized.quantizer(id);
  }
}
