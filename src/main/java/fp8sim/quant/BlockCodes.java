package fp8sim.quant;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.ScalarQuantizer;
import fp8sim.tensor.Shape;

/**
 * A tensor in a block format: the code of each element, and the scale of each block. An element's
 * value is {@code quantizer.element().decode(code) * scale}, in float32.
 *
 * @param codes in row-major order; {@link #NOT_A_NUMBER} of NaN
 * @param scales that of the tensor included, in the order of {@link BlockLayout#block}
 */
public record BlockCodes(int[] codes, float[] scales, BlockLayout layout) {
  /** In place of the code of NaN, which not all formats have. */
  public static final int NOT_A_NUMBER = -1;

  /**
   * Codes and scales of numbers that the quantizer has quantized.
   *
   * @param values in row-major order
   */
  public static BlockCodes ofQuantized(BlockQuantizer quantizer, Shape shape, float[] values) {
    return of(quantizer, shape, values, true);
  }

  /** Quantizes numbers, rounding without random bits. */
  public static BlockCodes quantize(BlockQuantizer quantizer, Shape shape, float[] values) {
    return of(quantizer, shape, values, false);
  }

  private static BlockCodes of(
      BlockQuantizer quantizer, Shape shape, float[] values, boolean isQuantized) {
    BlockLayout layout = BlockLayout.of(quantizer, shape);
    int[] codes = new int[values.length];
    float[] scales = new float[layout.blocks()];
    int stride = layout.stride();
    for (int line = 0; line < layout.lines(); line++) {
      layout.forEach(
          line,
          (first, count) -> {
            float scale =
                isQuantized
                    ? quantizer.scaleOfQuantized(values, first, stride, count)
                    : quantizer.scale(values, first, stride, count);
            scales[layout.block(first)] = scale;
            for (int i = first; i < first + count * stride; i += stride) {
              codes[i] = code(quantizer.element(), values[i] / scale);
            }
          });
    }
    return new BlockCodes(codes, scales, layout);
  }

  private static int code(ScalarQuantizer element, float x) {
    if (Float.isNaN(x)) {
      return NOT_A_NUMBER;
    }
    return element instanceof FloatQuantizer minifloat
        ? minifloat.encodeWithNegativeZero(x, 0)
        : element.encode(x);
  }

  /** The scale of the block of an element. */
  public float scaleOf(int index) {
    return scales[layout.block(index)];
  }
}
