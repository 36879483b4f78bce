package fp8sim.numerics;

import fp8sim.format.Format;
import fp8sim.format.Formats;

/**
 * The formats of tensors.
 *
 * @param weights float32 if they are not quantized
 * @param activations float32 if they are not quantized
 */
public record TensorFormats(Format weights, Format activations) {
  public static final TensorFormats FLOAT32 = new TensorFormats(Formats.FLOAT32, Formats.FLOAT32);
}
