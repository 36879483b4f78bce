package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Operators that read or write at computed positions of an image. */
final class SamplingOperators {
  /** Samples of RoiAlign along an axis of a part; networks take 1 to 4. */
  private static final int MAX_SAMPLES = 256;

  static final List<OperatorVersion> ALL =
      List.of(
          op("AffineGrid", 20, LAST_OPSET, 2, 2, SamplingOperators::affineGrid),
          op("Col2Im", 18, LAST_OPSET, 3, 3, n -> new Op.Col2Im(Windows.read(n))),
          of("DeformConv", 19, LAST_OPSET, 3, 5, SamplingOperators::deformConv),
          op("GridSample", 16, LAST_OPSET, 2, 2, SamplingOperators::gridSample),
          op("MaxRoiPool", 1, LAST_OPSET, 2, 2, SamplingOperators::maxRoiPool),
          op("MaxUnpool", 9, LAST_OPSET, 2, 3, SamplingOperators::maxUnpool),
          op("RoiAlign", 10, 15, 3, 3, n -> roiAlign(n, "output_half_pixel")),
          op("RoiAlign", 16, LAST_OPSET, 3, 3, n -> roiAlign(n, "half_pixel")));

  private SamplingOperators() {}

  private static Op.AffineGrid affineGrid(NodeImport node) {
    return new Op.AffineGrid(node.attributes().flag("align_corners", false));
  }

  private static Op.GridSample gridSample(NodeImport node) {
    Attributes attributes = node.attributes();
    String mode = attributes.string("mode", "linear");
    Op.Resize.Mode interpolation =
        switch (mode) {
          case "linear", "bilinear" -> Op.Resize.Mode.LINEAR;
          case "nearest" -> Op.Resize.Mode.NEAREST;
          case "cubic", "bicubic" -> Op.Resize.Mode.CUBIC;
          default -> throw node.error("mode is " + Text.shorten(mode));
        };
    String padding = attributes.string("padding_mode", "zeros");
    Op.GridSample.Padding outside =
        switch (padding) {
          case "zeros" -> Op.GridSample.Padding.ZEROS;
          case "border" -> Op.GridSample.Padding.BORDER;
          case "reflection" -> Op.GridSample.Padding.REFLECTION;
          default -> throw node.error("padding_mode is " + Text.shorten(padding));
        };
    return new Op.GridSample(interpolation, outside, attributes.flag("align_corners", false));
  }

  /** The patches, and the Conv of one pixel that multiplies them: a weight layer like others. */
  private static void deformConv(NodeImport node) {
    Window window = Windows.read(node);
    Tensor weight = node.constantInput(1);
    if (window.kernel().isEmpty() && weight != null && weight.shape().rank() == 4) {
      List<Integer> kernel = List.of(weight.shape().dim(2), weight.shape().dim(3));
      window =
          new Window(kernel, window.strides(), window.dilations(), window.pads(), window.autoPad());
    }
    if (window.kernel().size() != 2) {
      throw node.unsupported("a kernel of %d known axes".formatted(window.kernel().size()));
    }
    int groups = node.attributes().integer("group", 1);
    int offsetGroups = node.attributes().integer("offset_group", 1);
    if (groups < 1 || offsetGroups < 1) {
      throw node.error("group is %d, offset_group %d".formatted(groups, offsetGroups));
    }
    Op.DeformPatches patches = new Op.DeformPatches(window, offsetGroups);
    String moved = node.add("patches", patches, node.input(0), node.input(2), node.input(4));
    String columns = node.constant("columns", 0L, -1L, 1L, 1L);
    String matrix = node.add("weight", new Op.Reshape(false), node.input(1), columns);
    node.emit(new Op.Conv(Window.NONE, groups), List.of(moved, matrix, node.input(3)));
  }

  private static Op.MaxRoiPool maxRoiPool(NodeImport node) {
    List<Integer> size = node.attributes().integers("pooled_shape");
    if (size.size() != 2) {
      throw node.error("pooled_shape has %d entries, not 2".formatted(size.size()));
    }
    float scale = node.attributes().number("spatial_scale", 1);
    return new Op.MaxRoiPool(size.get(0), size.get(1), scale);
  }

  private static Op.MaxUnpool maxUnpool(NodeImport node) {
    return new Op.MaxUnpool(Windows.readKernel(node));
  }

  private static Op.RoiAlign roiAlign(NodeImport node, String defaultCoordinates) {
    Attributes attributes = node.attributes();
    String mode = attributes.string("mode", "avg");
    String coordinates = attributes.string("coordinate_transformation_mode", defaultCoordinates);
    if (!mode.equals("avg") && !mode.equals("max")) {
      throw node.error("mode is " + Text.shorten(mode));
    }
    if (!coordinates.equals("half_pixel") && !coordinates.equals("output_half_pixel")) {
      throw node.error("coordinate_transformation_mode is " + Text.shorten(coordinates));
    }
    int samples = Math.max(0, attributes.integer("sampling_ratio", 0));
    if (samples > MAX_SAMPLES) {
      throw node.error("sampling_ratio is %d, more than %d".formatted(samples, MAX_SAMPLES));
    }
    return new Op.RoiAlign(
        attributes.integer("output_height", 1),
        attributes.integer("output_width", 1),
        attributes.number("spatial_scale", 1),
        samples,
        mode.equals("max"),
        coordinates.equals("half_pixel"));
  }
}
