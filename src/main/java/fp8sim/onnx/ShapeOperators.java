package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.MANY;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import java.util.List;

/** Operators that change or ask for the shape, and move elements without choosing among them. */
final class ShapeOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          op("Concat", 4, LAST_OPSET, 1, MANY, n -> new Op.Concat(n.attributes().integer("axis"))),
          op("DepthToSpace", 1, LAST_OPSET, 1, 1, ShapeOperators::depthToSpace),
          op("CenterCropPad", 18, LAST_OPSET, 2, 2, ShapeOperators::centerCropPad),
          op("SpaceToDepth", 1, LAST_OPSET, 1, 1, ShapeOperators::spaceToDepth),
          op("Expand", 8, LAST_OPSET, 2, 2, n -> new Op.Expand()),
          op(
              "Flatten",
              1,
              LAST_OPSET,
              1,
              1,
              n -> new Op.Flatten(n.attributes().integer("axis", 1))),
          op("Reshape", 5, 13, 2, 2, n -> new Op.Reshape(false)),
          op("Reshape", 14, LAST_OPSET, 2, 2, ShapeOperators::reshape),
          op("Shape", 1, 14, 1, 1, n -> new Op.ShapeOf(0, null)),
          op("Shape", 15, LAST_OPSET, 1, 1, ShapeOperators::shape),
          op("Size", 1, LAST_OPSET, 1, 1, n -> new Op.Size()),
          of("Split", 2, 12, 1, 1, ShapeOperators::splitByAttribute).withOutputs(MANY),
          op("Split", 13, LAST_OPSET, 1, 2, ShapeOperators::split).withOutputs(MANY),
          of("Squeeze", 1, 12, 1, 1, n -> withAxes(n, new Op.Squeeze())),
          op("Squeeze", 13, LAST_OPSET, 1, 2, n -> new Op.Squeeze()),
          op("Tile", 6, LAST_OPSET, 2, 2, n -> new Op.Tile()),
          op("Transpose", 1, LAST_OPSET, 1, 1, ShapeOperators::transpose),
          of("Unsqueeze", 1, 12, 1, 1, n -> withAxes(n, new Op.Unsqueeze())),
          op("Unsqueeze", 13, LAST_OPSET, 2, 2, n -> new Op.Unsqueeze()));

  private ShapeOperators() {}

  private static int blockSize(NodeImport node) {
    int size = node.attributes().integer("blocksize");
    if (size < 1) {
      throw node.error("blocksize is " + size);
    }
    return size;
  }

  private static Op.DepthToSpace depthToSpace(NodeImport node) {
    return new Op.DepthToSpace(blockSize(node), columnRowDepth(node));
  }

  private static Op.SpaceToDepth spaceToDepth(NodeImport node) {
    return new Op.SpaceToDepth(blockSize(node), columnRowDepth(node));
  }

  private static boolean columnRowDepth(NodeImport node) {
    String mode = node.attributes().string("mode", "DCR");
    return switch (mode) {
      case "DCR" -> false;
      case "CRD" -> true;
      default -> throw node.error("mode is " + Text.shorten(mode));
    };
  }

  private static Op.CenterCropPad centerCropPad(NodeImport node) {
    return new Op.CenterCropPad(node.attributes().integers("axes"));
  }

  private static Op.Reshape reshape(NodeImport node) {
    return new Op.Reshape(node.attributes().flag("allowzero", false));
  }

  private static Op.ShapeOf shape(NodeImport node) {
    Attributes attributes = node.attributes();
    int start = attributes.integer("start", 0);
    return new Op.ShapeOf(start, attributes.has("end") ? attributes.integer("end", 0) : null);
  }

  static void splitByAttribute(NodeImport node) {
    Op.Split op = new Op.Split(node.attributes().integer("axis", 0));
    long[] sizes = node.attributes().longs("split");
    if (sizes.length == 0) {
      node.emit(op);
    } else {
      node.emit(op, List.of(node.input(0), node.constant("split", sizes)));
    }
  }

  /** The number of parts is also the number of outputs. */
  private static Op.Split split(NodeImport node) {
    int parts = node.outputs().size();
    if (node.attributes().integer("num_outputs", parts) != parts) {
      throw node.error("num_outputs is not the number of outputs");
    }
    return new Op.Split(node.attributes().integer("axis", 0));
  }

  private static void withAxes(NodeImport node, Op op) {
    long[] axes = node.attributes().longs("axes");
    if (axes.length == 0) {
      node.emit(op);
    } else {
      node.emit(op, List.of(node.input(0), node.constant("axes", axes)));
    }
  }

  private static Op.Transpose transpose(NodeImport node) {
    return new Op.Transpose(node.attributes().integers("perm"));
  }
}
