package fp8sim.onnx;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import java.util.List;
import java.util.Locale;

/** Operators that read or write at computed positions of an image. */
final class SamplingWriter {
  private SamplingWriter() {}

  static void write(ExportContext context, Node node) {
    NodeDraft draft =
        new NodeDraft(node.op().onnxName(), node.name(), node.inputs(), node.outputs());
    switch (node.op()) {
      case Op.AffineGrid op -> draft.flag("align_corners", op.alignCorners());
      case Op.Col2Im op ->
          draft
              .integers("dilations", op.window().dilations())
              .integers("pads", op.window().pads())
              .integers("strides", op.window().strides());
      case Op.GridSample op ->
          draft
              .string("mode", op.mode().name().toLowerCase(Locale.ROOT))
              .string("padding_mode", op.padding().name().toLowerCase(Locale.ROOT))
              .flag("align_corners", op.alignCorners());
      case Op.MaxRoiPool op ->
          draft
              .integers("pooled_shape", List.of(op.height(), op.width()))
              .number("spatial_scale", op.scale());
      case Op.MaxUnpool op ->
          draft
              .integers("kernel_shape", op.window().kernel())
              .integers("pads", op.window().pads())
              .integers("strides", op.window().strides());
      case Op.RoiAlign op ->
          draft
              .string("mode", op.max() ? "max" : "avg")
              .integer("output_height", op.height())
              .integer("output_width", op.width())
              .integer("sampling_ratio", op.samples())
              .number("spatial_scale", op.scale())
              .string(
                  "coordinate_transformation_mode",
                  op.halfPixel() ? "half_pixel" : "output_half_pixel");
      default -> throw context.unwritable(node, "it is no sampling operator");
    }
    context.add(draft);
  }
}
