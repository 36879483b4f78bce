package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.graph.ScatterReduction;
import fp8sim.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Operators that take a part of their input, or add a border to it. */
final class SelectionOperators {
  static final List<OperatorVersion> ALL =
      List.of(
          of("Compress", 9, LAST_OPSET, 2, 2, SelectionOperators::compress),
          op("NonZero", 9, LAST_OPSET, 1, 1, n -> new Op.NonZero()),
          op("Gather", 1, LAST_OPSET, 2, 2, n -> new Op.Gather(axis(n))),
          op("GatherElements", 11, LAST_OPSET, 2, 2, n -> new Op.GatherElements(axis(n))),
          op("GatherND", 11, LAST_OPSET, 2, 2, SelectionOperators::gatherNd),
          of("Pad", 1, 1, 1, 1, n -> padByAttributes(n, "paddings")),
          of("Pad", 2, 10, 1, 1, n -> padByAttributes(n, "pads")),
          op("Pad", 11, 17, 2, 3, n -> new Op.Pad(padMode(n))),
          op("Pad", 18, LAST_OPSET, 2, 4, n -> new Op.Pad(padMode(n))),
          op("EyeLike", 9, LAST_OPSET, 1, 1, SelectionOperators::eyeLike),
          op("OneHot", 9, LAST_OPSET, 3, 3, SelectionOperators::oneHot),
          op("ReverseSequence", 10, LAST_OPSET, 2, 2, SelectionOperators::reverseSequence),
          op("Scatter", 9, 10, 3, 3, SelectionOperators::scatterElements),
          op("ScatterElements", 11, LAST_OPSET, 3, 3, SelectionOperators::scatterElements),
          op("ScatterND", 11, LAST_OPSET, 3, 3, n -> new Op.ScatterND(reduction(n))),
          op("Range", 11, LAST_OPSET, 3, 3, n -> new Op.Range()),
          of("Slice", 1, 9, 1, 1, SelectionOperators::sliceByAttributes),
          op("Slice", 10, LAST_OPSET, 3, 5, n -> new Op.Slice()),
          op("Trilu", 14, LAST_OPSET, 1, 2, n -> new Op.Trilu(n.attributes().flag("upper", true))));

  private SelectionOperators() {}

  /** Slices where a condition holds: those at the positions that are not zero. */
  private static void compress(NodeImport node) {
    node.declare(node.input(1), DataType.BOOL);
    String found = node.add("found", new Op.NonZero(), node.input(1));
    String axes = node.constant("axes", 0);
    String indices = node.add("indices", new Op.Squeeze(), found, axes);
    String x = node.input(0);
    if (!node.attributes().has("axis")) {
      x = node.add("flat", new Op.Reshape(false), x, node.constant("shape", -1));
    }
    node.emit(new Op.Gather(axis(node)), List.of(x, indices));
  }

  private static int axis(NodeImport node) {
    return node.attributes().integer("axis", 0);
  }

  private static Op.GatherND gatherNd(NodeImport node) {
    return new Op.GatherND(node.attributes().integer("batch_dims", 0));
  }

  private static Op.EyeLike eyeLike(NodeImport node) {
    DataType type = node.attributes().type("dtype");
    if (type != null) {
      node.declare(node.output(), type);
    }
    return new Op.EyeLike(type, node.attributes().integer("k", 0));
  }

  private static Op.OneHot oneHot(NodeImport node) {
    if (node.knowsElementType(node.input(2))) {
      node.declare(node.output(), node.elementType(node.input(2)));
    }
    return new Op.OneHot(node.attributes().integer("axis", -1));
  }

  private static Op.ReverseSequence reverseSequence(NodeImport node) {
    return new Op.ReverseSequence(
        node.attributes().integer("batch_axis", 1), node.attributes().integer("time_axis", 0));
  }

  private static Op.ScatterElements scatterElements(NodeImport node) {
    return new Op.ScatterElements(axis(node), reduction(node));
  }

  private static ScatterReduction reduction(NodeImport node) {
    String name = node.attributes().string("reduction", "none");
    for (ScatterReduction reduction : ScatterReduction.values()) {
      if (reduction.name().toLowerCase(Locale.ROOT).equals(name)) {
        return reduction;
      }
    }
    throw node.error("reduction is " + Text.shorten(name));
  }

  private static Op.Pad.Mode padMode(NodeImport node) {
    String mode = node.attributes().string("mode", "constant");
    return switch (mode) {
      case "constant" -> Op.Pad.Mode.CONSTANT;
      case "edge" -> Op.Pad.Mode.EDGE;
      case "reflect" -> Op.Pad.Mode.REFLECT;
      case "wrap" -> Op.Pad.Mode.WRAP;
      default -> throw node.error("mode is " + Text.shorten(mode));
    };
  }

  private static void padByAttributes(NodeImport node, String pads) {
    Op.Pad op = new Op.Pad(padMode(node));
    float value = node.attributes().number("value", 0);
    List<String> inputs = new ArrayList<>();
    inputs.add(node.input(0));
    inputs.add(node.constant("pads", node.attributes().longs(pads)));
    if (value != 0) {
      inputs.add(node.constant("value", Scalars.of(node, value)));
    }
    node.emit(op, inputs);
  }

  private static void sliceByAttributes(NodeImport node) {
    Attributes attributes = node.attributes();
    List<String> inputs = new ArrayList<>();
    inputs.add(node.input(0));
    inputs.add(node.constant("starts", attributes.longs("starts")));
    inputs.add(node.constant("ends", attributes.longs("ends")));
    long[] axes = attributes.longs("axes");
    if (axes.length > 0) {
      inputs.add(node.constant("axes", axes));
    }
    node.emit(new Op.Slice(), inputs);
  }
}
