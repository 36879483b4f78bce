package fp8sim.onnx;

import static fp8sim.onnx.OperatorVersion.of;

import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import java.util.List;

/** Quantizers that ModelOpt writes in TensorRT's domain, from when ONNX had none of these types. */
final class TensorRtOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("TRT_FP8QuantizeLinear", 1, 1, 2, 3, n -> quantize(n, DataType.FLOAT8E4M3FN))
              .inDomain(OperatorTable.TENSOR_RT),
          of("TRT_FP8DequantizeLinear", 1, 1, 2, 3, TensorRtOperators::dequantize)
              .inDomain(OperatorTable.TENSOR_RT),
          of("TRT_INT4QuantizeLinear", 1, 1, 2, 3, n -> quantize(n, DataType.INT4))
              .inDomain(OperatorTable.TENSOR_RT),
          of("TRT_INT4DequantizeLinear", 1, 1, 2, 3, TensorRtOperators::dequantize)
              .inDomain(OperatorTable.TENSOR_RT));

  private TensorRtOperators() {}

  /** Inputs x and scale; a zero point, which is zero, is not read. */
  private static void quantize(NodeImport node, DataType to) {
    node.declare(node.output(), to);
    Attributes attributes = node.attributes();
    boolean saturate = attributes.flag("saturate", true);
    node.emit(
        new Op.QuantizeLinear(axis(node), attributes.integer("block_size", 0), saturate, to),
        List.of(node.input(0), node.input(1)));
  }

  private static void dequantize(NodeImport node) {
    node.declare(node.output(), node.elementType(node.input(1)));
    int blockSize = node.attributes().integer("block_size", 0);
    node.emit(
        new Op.DequantizeLinear(axis(node), blockSize, null),
        List.of(node.input(0), node.input(1)));
  }

  private static int axis(NodeImport node) {
    return node.attributes().integer("axis", 0);
  }
}
