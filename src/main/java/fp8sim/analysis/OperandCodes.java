package fp8sim.analysis;

import fp8sim.common.Fp8simException;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Inspection;
import fp8sim.engine.Network;
import fp8sim.engine.QuantizedConstant;
import fp8sim.engine.QuantizerTap;
import fp8sim.format.Quantizer;
import fp8sim.multiplier.Grid;
import fp8sim.pass.quantize.PlacedLayer;
import fp8sim.plan.ProductOperand;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How often the codes of an operand occur in a layer of a network.
 *
 * @param grid of the operand
 * @param counts of numbers, by code
 */
public record OperandCodes(Grid grid, long[] counts) {
  private OperandCodes(Grid grid) {
    this(grid, new long[1 << grid.codeBits()]);
  }

  /**
   * Of a layer's weight.
   *
   * @throws Fp8simException (usage) if no layer of this name has a weight that is quantized
   */
  public static OperandCodes ofWeight(Blueprint network, String layer) {
    QuantizedConstant weight =
        QuantizedConstant.of(Inspection.of(network)).stream()
            .filter(constant -> constant.layer().equals(layer))
            .findFirst()
            .orElseThrow(() -> missing(network, layer, "weight"));
    List<ProductOperand> operands =
        weight.quantizers().stream().map(OperandCodes::operand).toList();
    OperandCodes codes = new OperandCodes(operands.getFirst().grid());
    Shape shape = weight.quantized().shape();
    float[] values = Conversion.toFloats(weight.quantized());
    for (int i = 0; i < values.length; i++) {
      codes.add(operands.get(weight.channels().of(shape, i)), values[i]);
    }
    return codes;
  }

  /**
   * Of what a layer multiplies with its weight.
   *
   * @param network with fixed ranges
   * @param samples batches for its inputs, at least one
   * @throws Fp8simException (usage) if no weight layer of this name has inputs that are quantized
   */
  public static OperandCodes ofInput(
      Blueprint network, List<Map<String, Tensor>> samples, String layer) {
    Inspection inspection = Inspection.of(network, samples.getFirst());
    PlacedLayer placed = inspection.quantized().placement().layers().get(layer);
    QuantizerId input = placed == null ? null : placed.input();
    QuantizerTap tap =
        QuantizerTap.of(inspection).stream()
            .filter(place -> place.place().equals(input))
            .findFirst()
            .orElseThrow(() -> missing(network, layer, "input"));
    ProductOperand operand = operand(tap.quantizer());
    OperandCodes codes = new OperandCodes(operand.grid());
    try (Network tapped = network.withTaps(List.of(tap.after())).open()) {
      for (int i = 0; i < samples.size(); i++) {
        tapped.setSample(i);
        Tensor values = tapped.run(samples.get(i)).get(tap.after());
        for (float value : Conversion.toFloats(Objects.requireNonNull(values, tap.after()))) {
          codes.add(operand, value);
        }
      }
    }
    return codes;
  }

  private static ProductOperand operand(Quantizer quantizer) {
    ProductOperand operand = ProductOperand.of(quantizer);
    if (operand.blocks() != null) {
      throw Fp8simException.usage("codes in blocks are not counted; name the format of an element");
    }
    return operand;
  }

  private static Fp8simException missing(Blueprint network, String layer, String operand) {
    return Fp8simException.usage(
        "%s has no layer \"%s\" whose %s is quantized; inspect lists all layers"
            .formatted(network.name(), layer, operand));
  }

  private void add(ProductOperand operand, float value) {
    int code = operand.code(value);
    if (code != ProductOperand.NOT_FINITE) {
      counts[code]++;
    }
  }
}
