package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.plan.Plan;
import fp8sim.plan.Planner;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.ProductSite;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a network consists of, without running it.
 *
 * @param quantized the graph for batch 1, with inferred types
 * @param quantizers by the layer, or the product within it, that they belong to
 * @param units of the layers whose operands are quantized, by name
 */
public record Inspection(
    QuantizedGraph quantized,
    Numerics numerics,
    List<LayerInfo> layers,
    Map<ProductSite, List<QuantizerInfo>> quantizers,
    Map<String, MacUnit> units) {
  /** How layers without quantizers multiply. */
  public static final String FLOAT32 = MacUnit.FLOAT32.multiplier();

  /**
   * Looks at a network, every dynamic dimension being 1.
   *
   * @throws Fp8simException (input) if shapes depend on the values of inputs
   */
  public static Inspection of(Blueprint network) {
    return of(network.front(), network.numerics());
  }

  /**
   * Looks at a network, dynamic dimensions being those of an example but for a batch of 1.
   *
   * @param example inputs of a run
   */
  public static Inspection of(Blueprint network, Map<String, Tensor> example) {
    return of(network.front(example), network.numerics());
  }

  private static Inspection of(QuantizedGraph quantized, Numerics numerics) {
    return new Inspection(
        quantized,
        numerics,
        LayerInfo.of(quantized.graph()),
        QuantizerInfo.byOwner(quantized),
        new NetworkProducts(quantized, numerics).units());
  }

  public Graph graph() {
    return quantized.graph();
  }

  /** How it runs, with all quantizers and without the arithmetic, which may need calibration. */
  public Plan plan() {
    return Planner.plan(graph(), numerics, Compiler.placed(quantized), Map.of());
  }

  /** What the user should know about the placement of quantizers, one sentence each. */
  public List<String> notes() {
    return quantized.placement().notes();
  }

  /** As {@link QuantizedGraph#places}. */
  public Map<QuantizerId, QuantizerSpec> places() {
    return quantized.places();
  }

  /** What is known about a quantizer's range; null if nothing is. */
  public @Nullable CalibratedRange range(QuantizerId quantizer) {
    return quantized.range(quantizer);
  }

  /** The quantizers of a layer, but for those of products within it. */
  public List<QuantizerInfo> quantizers(LayerInfo layer) {
    return quantizers.getOrDefault(ProductSite.of(layer.name()), List.of());
  }

  public long macs() {
    return layers.stream().mapToLong(LayerInfo::macs).sum();
  }

  /** The names of the layers that multiply, in the order of the graph. */
  public List<String> multiplyingLayers() {
    return layers.stream().filter(layer -> layer.macs() > 0).map(LayerInfo::name).toList();
  }

  public long parameters() {
    return layers.stream().mapToLong(LayerInfo::parameters).sum();
  }

  /**
   * How a layer multiplies: a multiplier as the options name it, {@code exact} where operands are
   * quantized, or {@link #FLOAT32}.
   */
  public String multiplier(LayerInfo layer) {
    return unit(layer).multiplier();
  }

  /** What multiplies and adds in a layer. */
  public MacUnit unit(LayerInfo layer) {
    return units.getOrDefault(layer.name(), MacUnit.FLOAT32);
  }
}
