package fp8sim.onnx;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.List;
import java.util.Locale;

/** Operators that move or choose elements, make constants, or ask for shapes. */
final class ShapeWriter {
  private final ExportContext context;

  ShapeWriter(ExportContext context) {
    this.context = context;
  }

  void write(Node node) {
    NodeDraft draft =
        new NodeDraft(node.op().onnxName(), node.name(), node.inputs(), node.outputs());
    switch (node.op()) {
      case Op.CenterCropPad op -> draft.integers("axes", op.axes());
      case Op.Concat op -> draft.integer("axis", op.axis());
      case Op.ConstantOfShape op -> draft.tensor("value", op.value());
      case Op.DepthToSpace op ->
          draft
              .integer("blocksize", op.blockSize())
              .string("mode", op.columnRowDepth() ? "CRD" : "DCR");
      case Op.EyeLike op -> {
        DataType type = op.type();
        if (type != null) {
          draft.integer("dtype", type.onnxCode());
        }
        draft.integer("k", op.k());
      }
      case Op.Flatten op -> draft.integer("axis", op.axis());
      case Op.Gather op -> draft.integer("axis", op.axis());
      case Op.GatherElements op -> draft.integer("axis", op.axis());
      case Op.GatherND op -> draft.integer("batch_dims", op.batchDims());
      case Op.Pad op -> draft.string("mode", lower(op.mode()));
      case Op.Reshape op -> draft.flag("allowzero", op.allowZero());
      case Op.Resize op -> resize(draft, op);
      case Op.ShapeOf op -> {
        draft.integer("start", op.start());
        Integer end = op.end();
        if (end != null) {
          draft.integer("end", end);
        }
      }
      case Op.OneHot op -> draft.integer("axis", op.axis());
      case Op.ReverseSequence op ->
          draft.integer("batch_axis", op.batchAxis()).integer("time_axis", op.timeAxis());
      case Op.ScatterElements op ->
          draft.integer("axis", op.axis()).string("reduction", lower(op.reduction()));
      case Op.ScatterND op -> draft.string("reduction", lower(op.reduction()));
      case Op.SpaceToDepth op -> {
        draft.integer("blocksize", op.blockSize());
        if (op.columnRowDepth()) {
          context.requireOpset(28);
          draft.string("mode", "CRD");
        }
      }
      case Op.Split op -> {
        draft.integer("axis", op.axis());
        if (!node.hasInput(1)) {
          draft.integer("num_outputs", node.outputs().size());
        }
      }
      case Op.Transpose op -> draft.integers("perm", op.perm());
      case Op.Trilu op -> draft.flag("upper", op.upper());
      case Op.Expand _,
          Op.Range _,
          Op.Size _,
          Op.Slice _,
          Op.Squeeze _,
          Op.Tile _,
          Op.Unsqueeze _ -> {}
      default -> throw context.unwritable(node, "it has no form in ONNX here");
    }
    context.add(draft);
  }

  private static void resize(NodeDraft draft, Op.Resize op) {
    Op.Resize.Interpolation interpolation = op.interpolation();
    draft
        .string("mode", lower(interpolation.mode()))
        .string("nearest_mode", lower(interpolation.nearest()))
        .number("cubic_coeff_a", interpolation.cubicCoefficient())
        .flag("exclude_outside", interpolation.excludeOutside())
        .flag("antialias", interpolation.antialias())
        .string("coordinate_transformation_mode", lower(op.coordinates()))
        .number("extrapolation_value", op.extrapolationValue())
        .string("keep_aspect_ratio_policy", lower(op.aspectRatio()))
        .integers("axes", op.axes());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Writes the softmax of opsets before 13, over all axes from one on; false if it is over one. */
  boolean softmaxToEnd(Node node, Op.Softmax op) {
    Shape known = context.shape(node.input(0));
    boolean isOverLast = known != null && (op.axis() == -1 || op.axis() == known.rank() - 1);
    if (!op.toEnd() || isOverLast) {
      return false;
    }
    String x = node.input(0);
    String base = node.output();
    Helper shape = helper(node, "shape", "Shape", List.of(x));
    Helper rows = helper(node, "rows", "Flatten", List.of(x));
    rows.draft().integer("axis", op.axis());
    Helper result = helper(node, "softmax", op.onnxName(), List.of(rows.name()));
    result.draft().integer("axis", -1);
    context.add(shape.draft());
    context.add(rows.draft());
    context.add(result.draft());
    context.add(
        new NodeDraft("Reshape", node.name(), List.of(result.name(), shape.name()), List.of(base))
            .flag("allowzero", true));
    return true;
  }

  private record Helper(String name, NodeDraft draft) {}

  private Helper helper(Node node, String suffix, String operator, List<String> inputs) {
    String name = context.fresh(node.output() + "/" + suffix);
    NodeDraft draft = new NodeDraft(operator, node.name() + "/" + suffix, inputs, List.of(name));
    return new Helper(name, draft);
  }
}
