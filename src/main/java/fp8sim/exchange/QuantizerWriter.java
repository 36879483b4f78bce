package fp8sim.exchange;

import fp8sim.format.Quantizer;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.Tensor;

/** Writes quantizers as nodes of a dialect. */
interface QuantizerWriter {
  /**
   * Writes what quantizes a computed value.
   *
   * @param y the quantized value, which the graph reads
   * @throws fp8sim.common.Fp8simException (usage) if the dialect has no form for the quantizer
   */
  void activation(QuantizerId id, Quantizer quantizer, String x, String y);

  /**
   * Writes a quantized constant, and what makes its values.
   *
   * @param quantizers one, or one for each channel
   * @param values quantized
   * @param name of the values in the graph
   * @throws fp8sim.common.Fp8simException (usage) if the dialect has no form for a quantizer
   */
  void weight(
      QuantizerId id, Channels channels, Quantizer[] quantizers, Tensor values, String name);
}
