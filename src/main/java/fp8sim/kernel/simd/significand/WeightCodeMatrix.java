package fp8sim.kernel.simd.significand;

import fp8sim.format.BlockQuantizer;
import fp8sim.graph.Op;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.gemm.MatrixProducts;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductOperand;
import fp8sim.quant.BlockCodes;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A constant second operand as codes: the weights of output channels. */
@InPhase(Phase.PACKING)
final class WeightCodeMatrix {
  private final float[] values;
  private final int channels;
  private final int terms;

  /** Whether a channel's weights lie together, else a term's do. */
  private final boolean transposed;

  private final short[] codes;

  /** Null without blocks. */
  private @Nullable BlockCodes blockCodes;

  private WeightCodeMatrix(Tensor weight, int channels, boolean transposed) {
    this.channels = channels;
    this.transposed = transposed;
    values = weight.toFloats();
    terms = values.length / channels;
    codes = new short[values.length];
  }

  /** The weights of a task as codes; null if one of them is not finite. */
  static @Nullable WeightCodeMatrix of(ProductTask task) {
    Tensor weight = ((Operand.Constant) task.step().input(1)).tensor();
    boolean transposed = isTransposed(task);
    WeightCodeMatrix matrix =
        new WeightCodeMatrix(weight, weight.shape().dim(transposed ? 0 : 1), transposed);
    BlockQuantizer blocks = task.arithmetic().channel(0).w().blocks();
    if (blocks != null) {
      return matrix.encode(BlockCodes.ofQuantized(blocks, weight.shape(), matrix.values))
          ? matrix
          : null;
    }
    for (int c = 0; c < matrix.channels; c++) {
      if (!matrix.encode(c, task.arithmetic().channel(c).w())) {
        return null;
      }
    }
    return matrix;
  }

  /** Whether a task's weights of a channel lie together. */
  static boolean isTransposed(ProductTask task) {
    return task.step().op() instanceof Op.Conv || MatrixProducts.isTransposed(task.step());
  }

  private int at(int channel, int term) {
    return transposed ? channel * terms + term : term * channels + channel;
  }

  private boolean encode(int channel, ProductOperand operand) {
    CodeEncoder encoder = new CodeEncoder(operand, 1);
    for (int k = 0; k < terms; k++) {
      int code = encoder.code(values[at(channel, k)]);
      if (code == ProductOperand.NOT_FINITE) {
        return false;
      }
      codes[at(channel, k)] = (short) code;
    }
    return true;
  }

  private boolean encode(BlockCodes blocks) {
    blockCodes = blocks;
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (short) blocks.codes()[i];
      if (blocks.codes()[i] == BlockCodes.NOT_A_NUMBER) {
        return false;
      }
    }
    return true;
  }

  /**
   * The scales of blocks, or of parts of blocks, of {@code size} terms: {@code [parts, channels]}.
   */
  Tensor scales(int size) {
    BlockCodes blocks = blockCodes;
    int parts = Math.ceilDiv(terms, size);
    Tensor scales = Tensor.zeros(DataType.FLOAT, Shape.of(parts, channels));
    for (int part = 0; part < parts; part++) {
      for (int c = 0; c < channels; c++) {
        float scale = blocks == null ? 1 : blocks.scaleOf(at(c, part * size));
        scales.data().setAtIndex(Tensor.FLOAT, (long) part * channels + c, scale);
      }
    }
    return scales;
  }

  int channels() {
    return channels;
  }

  int terms() {
    return terms;
  }

  boolean isTransposed() {
    return transposed;
  }

  int code(int channel, int term) {
    return codes[at(channel, term)] & Character.MAX_VALUE;
  }

  /** The entries of all codes, where the weights are. */
  Tensor entries(IntFunction<int[]> entriesOf) {
    Shape shape = transposed ? Shape.of(channels, terms) : Shape.of(terms, channels);
    Tensor entries = Tensor.zeros(DataType.FLOAT, shape);
    for (int c = 0; c < channels; c++) {
      int[] entryOf = entriesOf.apply(c);
      for (int k = 0; k < terms; k++) {
        entries.data().setAtIndex(Tensor.INT, at(c, k), entryOf[code(c, k)]);
      }
    }
    return entries;
  }
}
