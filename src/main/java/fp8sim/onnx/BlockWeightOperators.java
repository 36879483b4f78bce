package fp8sim.onnx;

import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/**
 * MatMulNBits of ONNX Runtime: a product with a constant weight of 2, 4 or 8 bits, {@code [N,K]} in
 * blocks along K, each with a scale and a zero point. The weight is dequantized where the model is
 * read, in the scales' type.
 */
final class BlockWeightOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("MatMulNBits", 1, 1, 3, 6, BlockWeightOperators::matMul)
              .inDomain(OperatorTable.MICROSOFT));

  private BlockWeightOperators() {}

  /** The sizes that the attributes give: {@code n} rows of {@code k} elements in blocks. */
  private record Layout(int k, int n, int bits, int blockSize) {
    static Layout of(NodeImport node) {
      Attributes attributes = node.attributes();
      attributes.ignore("accuracy_level");
      Layout layout =
          new Layout(
              attributes.integer("K", 0),
              attributes.integer("N", 0),
              attributes.integer("bits", 4),
              attributes.integer("block_size", 0));
      if (layout.k < 1 || layout.n < 1 || layout.blockSize < 1) {
        throw node.error(
            "K, N and block_size are %d, %d and %d"
                .formatted(layout.k, layout.n, layout.blockSize));
      }
      if (layout.bits != 2 && layout.bits != 4 && layout.bits != 8) {
        throw node.unsupported("bits = " + layout.bits);
      }
      if ((long) layout.n * layout.blocks() > Integer.MAX_VALUE / layout.blockSize) {
        throw node.error("its weight has more than 2^31-1 elements");
      }
      return layout;
    }

    DataType type() {
      return switch (bits) {
        case 2 -> DataType.UINT2;
        case 4 -> DataType.UINT4;
        default -> DataType.UINT8;
      };
    }

    int blocks() {
      return Math.ceilDiv(k, blockSize);
    }
  }

  /** Inputs a, b (packed), scales, zero points?, group indices?, bias?. */
  private static void matMul(NodeImport node) {
    Layout layout = Layout.of(node);
    if (node.hasInput(4)) {
      throw node.unsupported("g_idx");
    }
    Tensor packed = node.constantInput(1);
    if (packed == null || packed.type() != DataType.UINT8) {
      throw node.unsupported("a weight that is no constant of UINT8");
    }
    int padded = Math.multiplyExact(layout.blocks(), layout.blockSize);
    Tensor codes = unpack(node, packed, Shape.of(layout.n, padded), layout.type(), "B");
    String weight = dequantize(node, layout, codes);
    weight = node.add("rows", new Op.Slice(), weight, zeros(node), ends(node, layout));
    weight = node.add("weight", new Op.Transpose(List.of(1, 0)), weight);
    Op.MatMul product = new Op.MatMul(false);
    if (!node.hasInput(5)) {
      node.emit(product, List.of(node.input(0), weight));
      return;
    }
    String y = node.add("product", product, node.input(0), weight);
    node.emit(new Op.Binary(BinaryFunction.ADD), List.of(y, node.input(5)));
  }

  private static String zeros(NodeImport node) {
    return node.constant("starts", 0, 0);
  }

  private static String ends(NodeImport node, Layout layout) {
    return node.constant("ends", layout.n, layout.k);
  }

  /** {@code (code - zero point) * scale} of blocks {@code [N, blocks, block size]}. */
  private static String dequantize(NodeImport node, Layout layout, Tensor codes) {
    DataType type = node.elementType(node.input(2));
    Shape blocks = Shape.of(layout.n, layout.blocks(), layout.blockSize);
    String numbers =
        CodedValues.cast(node, "codes", node.constant("blocks", codes.reshape(blocks)), type);
    String zeros = zeroPoints(node, layout, type);
    String shifted = node.add("shifted", new Op.Binary(BinaryFunction.SUB), numbers, zeros);
    String scales = perBlock(node, layout, node.input(2), "scales");
    String scaled = CodedValues.product(node, "scaled", shifted, scales);
    return node.add(
        "padded", new Op.Reshape(false), scaled, node.constant("padded_shape", layout.n, -1));
  }

  private static String zeroPoints(NodeImport node, Layout layout, DataType type) {
    Tensor given = node.hasInput(3) ? node.constantInput(3) : null;
    if (node.hasInput(3) && given == null) {
      throw node.unsupported("computed zero points");
    }
    if (given != null && given.type() != DataType.UINT8) {
      return perBlock(node, layout, node.input(3), "zeros");
    }
    Shape shape = Shape.of(layout.n, layout.blocks(), 1);
    Tensor codes = given == null ? middle(layout, shape) : perRow(node, layout, given, shape);
    return CodedValues.cast(node, "zeros", node.constant("zero_codes", codes), type);
  }

  /** Without zero points half of the codes stand for negative numbers. */
  private static Tensor middle(Layout layout, Shape shape) {
    Tensor codes = Tensor.zeros(layout.type(), shape);
    codes.data().fill((byte) (1 << (layout.bits - 1)));
    return codes;
  }

  /** Zero points of a row fill whole bytes. */
  private static Tensor perRow(NodeImport node, Layout layout, Tensor given, Shape shape) {
    int perByte = Byte.SIZE / layout.bits;
    int wide = Math.multiplyExact(Math.ceilDiv(layout.blocks(), perByte), perByte);
    Tensor rows = unpack(node, given, Shape.of(layout.n, wide), layout.type(), "zero_points");
    Tensor codes = Tensor.zeros(layout.type(), shape);
    for (int row = 0; row < layout.n; row++) {
      for (int block = 0; block < layout.blocks(); block++) {
        byte code = rows.data().get(Tensor.BYTE, (long) row * wide + block);
        codes.data().set(Tensor.BYTE, (long) row * layout.blocks() + block, code);
      }
    }
    return codes;
  }

  private static String perBlock(NodeImport node, Layout layout, String value, String suffix) {
    String shape = node.constant(suffix + "_shape", layout.n, layout.blocks(), 1);
    return node.add(suffix + "_blocks", new Op.Reshape(false), value, shape);
  }

  private static Tensor unpack(
      NodeImport node, Tensor packed, Shape shape, DataType type, String role) {
    long expected = PackedElements.bytes(type, shape.elements());
    if (packed.data().byteSize() != expected) {
      throw node.error(
          "%s has %d bytes where K, N, bits and block_size need %d"
              .formatted(role, packed.data().byteSize(), expected));
    }
    return PackedElements.unpack(type, shape, packed.data());
  }
}
