package fp8sim.engine;

import fp8sim.format.Quantizer;
import fp8sim.quant.Channels;
import fp8sim.tensor.Tensor;
import java.util.List;

/**
 * A weight before and after quantization.
 *
 * @param layer name of the layer that uses it
 * @param quantizers one for each channel
 */
public record QuantizedConstant(
    String layer, Tensor exact, Tensor quantized, Channels channels, List<Quantizer> quantizers) {
  public QuantizedConstant {
    quantizers = List.copyOf(quantizers);
  }
}
