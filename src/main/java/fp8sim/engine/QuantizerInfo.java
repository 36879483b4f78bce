package fp8sim.engine;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.PlacedLayer;
import fp8sim.pass.quantize.Placement;
import fp8sim.quant.CalibratedRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A quantizer as {@code inspect} shows it.
 *
 * @param kind weight, activation or result
 * @param format with its scope
 * @param inserted whether it exists only because an approximate product needs it
 * @param range null before calibration
 */
public record QuantizerInfo(
    String name, String kind, String format, boolean inserted, @Nullable CalibratedRange range) {

  /** All quantizers by the name of the layer they belong to. */
  static Map<String, List<QuantizerInfo>> byLayer(Quantization quantization) {
    Map<String, List<QuantizerInfo>> all = new LinkedHashMap<>();
    Placement placement = quantization.placement();
    if (placement == null) {
      return all;
    }
    for (QuantizerSpec spec : placement.quantizers().values()) {
      add(all, owner(spec.name()), of(spec, placement, quantization));
    }
    for (Node node : placement.graph().nodes()) {
      boolean isShared =
          node.op() instanceof Op.FakeQuantize op && !node.name().equals(op.quantizer());
      if (isShared && node.op() instanceof Op.FakeQuantize op) {
        QuantizerSpec spec = placement.quantizers().get(op.quantizer());
        if (spec != null) {
          add(all, owner(node.name()), of(spec, placement, quantization));
        }
      }
    }
    return all;
  }

  private static void add(
      Map<String, List<QuantizerInfo>> all, String layer, QuantizerInfo quantizer) {
    all.computeIfAbsent(layer, name -> new ArrayList<>()).add(quantizer);
  }

  private static QuantizerInfo of(
      QuantizerSpec spec, Placement placement, Quantization quantization) {
    PlacedLayer layer = placement.layers().get(owner(spec.name()));
    boolean inserted =
        layer != null && layer.inputIsInserted() && spec.name().equals(layer.input());
    return new QuantizerInfo(
        spec.name(),
        spec.kind().toString(),
        spec.describe(),
        inserted,
        quantization.range(spec.name()));
  }

  private static String owner(String quantizer) {
    return quantizer.substring(0, quantizer.lastIndexOf('/'));
  }
}
