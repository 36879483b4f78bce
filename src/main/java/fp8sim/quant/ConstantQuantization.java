package fp8sim.quant;

import fp8sim.format.Philox;
import fp8sim.format.Quantizer;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** Quantizes constants into new memory. */
public final class ConstantQuantization {
  private ConstantQuantization() {}

  /**
   * The nearest representable values.
   *
   * @param quantizers one per channel
   * @param seed of stochastic rounding; the whole constant is one sample
   * @param stream {@link Philox#stream} of the quantizer's name
   */
  public static Tensor apply(
      Tensor tensor,
      Channels channels,
      Quantizer[] quantizers,
      long seed,
      int stream,
      Workers workers) {
    Shape shape = tensor.shape();
    float[] values = tensor.toFloats();
    int length =
        channels.isTensor() ? shape.dim(-1) : shape.elements(channels.axis() + 1, shape.rank());
    workers.run(
        values.length == 0 ? 0 : values.length / length,
        part -> {
          int from = part * length;
          Quantizer quantizer = quantizers[channels.of(shape, from)];
          for (int i = from; i < from + length; i++) {
            int random = quantizer.isStochastic() ? Philox.bits(seed, stream, 0, i) : 0;
            values[i] = quantizer.apply(values[i], random);
          }
        });
    return Tensor.ofFloats(shape, values);
  }
}
