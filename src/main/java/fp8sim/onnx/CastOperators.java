package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.format.E8M0;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import java.util.List;

/** Import of operators that change the element type. */
final class CastOperators {
  /** The first opset with FP8 types, and so with {@code saturate}. */
  private static final int SATURATING = 19;

  /** The first opset with E8M0, and so with {@code round_mode}. */
  private static final int ROUNDING = 24;

  static final List<OperatorVersion> ALL =
      List.of(
          op("Cast", 6, LAST_OPSET, 1, 1, CastOperators::cast),
          op("CastLike", 15, LAST_OPSET, 2, 2, CastOperators::castLike),
          op("BitCast", 26, LAST_OPSET, 1, 1, CastOperators::bitCast));

  private CastOperators() {}

  private static Op.Cast cast(NodeImport node) {
    DataType to = target(node);
    return new Op.Cast(to, saturate(node), roundMode(node));
  }

  private static Op.CastLike castLike(NodeImport node) {
    if (node.knowsElementType(node.input(1))) {
      node.declare(node.output(), node.elementType(node.input(1)));
    }
    return new Op.CastLike(saturate(node), roundMode(node));
  }

  private static Op.BitCast bitCast(NodeImport node) {
    return new Op.BitCast(target(node));
  }

  private static DataType target(NodeImport node) {
    DataType to = node.attributes().type("to");
    if (to == null) {
      throw node.error("attribute \"to\" is missing");
    }
    node.declare(node.output(), to);
    return to;
  }

  private static boolean saturate(NodeImport node) {
    return node.opset() < SATURATING || node.attributes().flag("saturate", true);
  }

  private static E8M0.RoundMode roundMode(NodeImport node) {
    if (node.opset() < ROUNDING) {
      return E8M0.RoundMode.UP;
    }
    String mode = node.attributes().string("round_mode", "up");
    return switch (mode) {
      case "up" -> E8M0.RoundMode.UP;
      case "down" -> E8M0.RoundMode.DOWN;
      case "nearest" -> E8M0.RoundMode.NEAREST;
      default -> throw node.error("round_mode is \"%s\"".formatted(Text.shorten(mode)));
    };
  }
}
