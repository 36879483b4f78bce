package fp8sim.plan;

import fp8sim.format.FloatQuantizer;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTables;
import fp8sim.multiplier.sum.Accumulator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a step (Conv, ConvTranspose, Gemm, MatMul) multiplies and adds codes instead of float32
 * numbers. Each output is {@code scale * sum of products}, the sum rounded to float32 first, with
 * {@code scale = a.scale * w.scale}; then, if there is a sum quantizer, its quantized value. Alpha,
 * beta and the bias of the operator follow in float32, then the epilogue. Where an operand {@link
 * #isBlocked() has blocks}, the sum is one over blocks, each with a scale.
 *
 * @param a the first operand
 * @param channels the second operand and the result: one for all, or one per output channel
 * @param sumQuantizer what the sum passes ({@code round-product-and-sum}), or null
 * @param tables products that several channels and steps share
 */
public record ProductArithmetic(
    Multiplier model,
    ProductOperand a,
    List<Channel> channels,
    Accumulator accumulator,
    @Nullable FloatQuantizer sumQuantizer,
    ProductTables tables) {
  /**
   * One output channel.
   *
   * @param w the second operand
   * @param result grid of products, on the grids of the operands; null for integers
   */
  public record Channel(ProductOperand w, @Nullable FloatGrid result, ProductRounding rounding) {}

  public ProductArithmetic {
    channels = List.copyOf(channels);
  }

  /** Whether an operand has scales for blocks: then each block has a sum of its own. */
  public boolean isBlocked() {
    return a.blocks() != null || channel(0).w().blocks() != null;
  }

  /** What the products of an output channel are bound to. */
  public ProductSetting setting(int channel) {
    Channel c = channel(channel);
    return new ProductSetting(a.grid(), c.w().grid(), c.result(), c.rounding());
  }

  /** An output channel's operand and result. */
  public Channel channel(int channel) {
    return channels.get(channels.size() == 1 ? 0 : channel);
  }

  /** The products of an output channel, on the operands' grids; zero points are taken off. */
  public BoundProduct product(int channel) {
    return tables.product(model, setting(channel), a.zeroPoint(), channel(channel).w().zeroPoint());
  }

  /** What sums of an output channel are multiplied by. */
  public float scale(int channel) {
    return a.scale() * channel(channel).w().scale();
  }
}
