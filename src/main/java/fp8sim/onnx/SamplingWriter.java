package fp8sim.onnx;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/** Operators that read or write at computed positions of an image. */
final class SamplingWriter {
  private SamplingWriter() {}

  static void write(ExportContext context, Node node) {
    if (node.op() instanceof Op.DeformPatches op) {
      deformPatches(context, node, op);
      return;
    }
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

  /**
   * A DeformConv with one group for each channel, whose outputs are the elements of the kernel:
   * each has a weight of one 1 among zeros, which changes no number.
   */
  private static void deformPatches(ExportContext context, Node node, Op.DeformPatches op) {
    int channels = context.requireShape(node, node.input(0)).dim(1);
    int rows = op.window().kernel().get(0);
    int columns = op.window().kernel().get(1);
    int kernel = rows * columns;
    float[] ones = new float[Math.multiplyExact(channels, kernel * kernel)];
    for (int i = 0; i < channels * kernel; i++) {
      ones[i * kernel + i % kernel] = 1;
    }
    DataType known = context.elementType(node.input(0));
    DataType type = known == null ? DataType.FLOAT : known;
    Shape shape = Shape.of(channels * kernel, 1, rows, columns);
    Tensor weight = Conversion.convert(Tensor.ofFloats(shape, ones), type);
    String identity = context.constant(node.output() + "/identity", weight);
    String mask = node.hasInput(2) ? node.input(2) : "";
    List<String> inputs = List.of(node.input(0), identity, node.input(1), "", mask);
    NodeDraft draft = new NodeDraft("DeformConv", node.name(), inputs, node.outputs());
    context.add(
        WindowWriter.write(draft, op.window())
            .integer("group", channels)
            .integer("offset_group", op.offsetGroups()));
  }
}
