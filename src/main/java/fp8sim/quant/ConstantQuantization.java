package fp8sim.quant;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.Philox;
import fp8sim.format.Quantizer;
import fp8sim.format.ScalarQuantizer;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.function.IntUnaryOperator;

/** Quantizes constants into new memory. */
public final class ConstantQuantization {
  private ConstantQuantization() {}

  /**
   * The nearest representable values.
   *
   * @param quantizers one per channel; a single one of a block format
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
    if (quantizers[0] instanceof BlockQuantizer blocks) {
      return inBlocks(tensor, blocks, i -> Philox.bits(seed, stream, 0, i), workers);
    }
    Shape shape = tensor.shape();
    float[] values = tensor.toFloats();
    int length =
        channels.isTensor() ? shape.dim(-1) : shape.elements(channels.axis() + 1, shape.rank());
    workers.run(
        values.length == 0 ? 0 : values.length / length,
        part -> {
          int from = part * length;
          ScalarQuantizer quantizer = (ScalarQuantizer) quantizers[channels.of(shape, from)];
          for (int i = from; i < from + length; i++) {
            int random = quantizer.isStochastic() ? Philox.bits(seed, stream, 0, i) : 0;
            values[i] = quantizer.apply(values[i], random);
          }
        });
    return Tensor.ofFloats(shape, values);
  }

  private static Tensor inBlocks(
      Tensor tensor, BlockQuantizer quantizer, IntUnaryOperator randoms, Workers workers) {
    float[] values = tensor.toFloats();
    BlockLayout layout = BlockLayout.of(quantizer, tensor.shape());
    IntUnaryOperator random = quantizer.isStochastic() ? randoms : i -> 0;
    workers.run(
        layout.lines(),
        line ->
            layout.forEach(
                line,
                (first, count) -> quantizer.apply(values, first, layout.stride(), count, random)));
    return Tensor.ofFloats(tensor.shape(), values);
  }
}
