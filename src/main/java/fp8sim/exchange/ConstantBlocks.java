package fp8sim.exchange;

import fp8sim.format.BlockQuantizer;
import fp8sim.graph.Op;
import fp8sim.quant.BlockCodes;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/**
 * Constants in block formats: codes, a float32 scale for each block, and a DequantizeLinear in
 * blocks. Where no element type has the values, or a product with a subnormal scale is not exact,
 * the constant stays as it is.
 */
final class ConstantBlocks {
  private ConstantBlocks() {}

  /**
   * Writes a quantized constant.
   *
   * @param opset the newest one whose element types may be used
   * @param values quantized, of at least one axis
   * @param name of the values in the graph
   */
  static void write(
      ExportedNodes out, BlockQuantizer quantizer, int opset, Tensor values, String name) {
    CodeGrid grid = CodeGrid.holding(quantizer.element(), opset);
    if (grid == null) {
      return;
    }
    Shape shape = values.shape();
    float[] numbers = values.toFloats();
    BlockCodes blocks = BlockCodes.ofQuantized(quantizer, shape, numbers);
    float[] scales = blocks.scales().clone();
    for (int i = 0; i < scales.length; i++) {
      scales[i] *= grid.scale();
    }
    Tensor codes = Tensor.zeros(grid.type(), shape);
    for (int i = 0; i < numbers.length; i++) {
      float scale = scales[blocks.layout().block(i)];
      byte code = grid.code(quantizer.element().decode(blocks.codes()[i]));
      if (grid.withScale(scale).value(code) != numbers[i]) {
        return;
      }
      codes.data().set(Tensor.BYTE, i, code);
    }
    out.forget(name);
    int axis = quantizer.axis() < 0 ? quantizer.axis() + shape.rank() : quantizer.axis();
    Shape ofScales = shape.with(axis, blocks.layout().blocksPerLine());
    String code = out.constant(name + "/codes", codes);
    String scale = out.constant(name + "/scale", Tensor.ofFloats(ofScales, scales));
    Op.DequantizeLinear op =
        new Op.DequantizeLinear(axis, quantizer.format().size(), DataType.FLOAT);
    out.make(name, op, code, scale);
  }
}
