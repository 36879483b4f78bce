package fp8sim.cli.command;

import fp8sim.format.BlockQuantizer;
import fp8sim.quant.BlockCodes;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** What {@code quantize} writes of a tensor in a block format, besides its values. */
record BlockOutput(Tensor codes, Tensor scales) {
  /** Codes and scales of the tensor, the scales with the number of blocks in place of the axis. */
  static BlockOutput of(BlockQuantizer quantizer, Tensor tensor) {
    Shape shape = tensor.shape();
    BlockCodes blocks = BlockCodes.quantize(quantizer, shape, tensor.toFloats());
    Tensor codes = Tensor.zeros(DataType.UINT8, shape);
    for (int i = 0; i < blocks.codes().length; i++) {
      codes.data().set(Tensor.BYTE, i, (byte) Math.max(blocks.codes()[i], 0));
    }
    Shape scales =
        shape.rank() == 0 ? shape : shape.with(quantizer.axis(), blocks.layout().blocksPerLine());
    return new BlockOutput(codes, Tensor.ofFloats(scales, blocks.scales()));
  }
}
