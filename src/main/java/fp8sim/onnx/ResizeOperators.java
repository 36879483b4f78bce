package fp8sim.onnx;

import static fp8sim.onnx.OperatorTable.LAST_OPSET;
import static fp8sim.onnx.OperatorVersion.of;
import static fp8sim.onnx.OperatorVersion.op;

import fp8sim.graph.Op;
import fp8sim.graph.Op.Resize.AspectRatio;
import fp8sim.graph.Op.Resize.CoordinateMode;
import fp8sim.graph.Op.Resize.Interpolation;
import fp8sim.graph.Op.Resize.Mode;
import fp8sim.graph.Op.Resize.NearestMode;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/** Resize and its predecessor Upsample. */
final class ResizeOperators {
  /** ONNX's default of {@code cubic_coeff_a}. */
  private static final float DEFAULT_COEFFICIENT = -0.75f;

  static final List<OperatorVersion> ALL =
      List.of(
          of("Upsample", 1, 6, 1, 1, ResizeOperators::upsampleByTwoAttributes),
          of("Upsample", 7, 8, 1, 1, ResizeOperators::upsampleByAttribute),
          of("Upsample", 9, 9, 2, 2, ResizeOperators::resizeByScales),
          of("Resize", 10, 10, 2, 2, ResizeOperators::resizeByScales),
          op("Resize", 11, LAST_OPSET, 1, 4, ResizeOperators::resize));

  private ResizeOperators() {}

  private static void upsampleByTwoAttributes(NodeImport node) {
    float height = node.attributes().number("height_scale", 1);
    upsample(node, 1, 1, height, node.attributes().number("width_scale", 1));
  }

  private static void upsampleByAttribute(NodeImport node) {
    upsample(node, node.attributes().numbers("scales"));
  }

  private static void upsample(NodeImport node, float... scales) {
    String constant = node.constant("scales", Tensor.ofFloats(Shape.of(scales.length), scales));
    node.emit(simple(node, scales), List.of(node.input(0), "", constant));
  }

  private static void resizeByScales(NodeImport node) {
    Tensor scales = node.constantInput(1);
    float[] values =
        scales != null && scales.type() == DataType.FLOAT ? scales.toFloats() : new float[0];
    node.emit(simple(node, values), List.of(node.input(0), "", node.input(1)));
  }

  /**
   * Before opset 11 coordinates were divided by the scale. How nearest rounds was left open; this
   * is what ONNX Runtime does: down to enlarge, up to shrink.
   */
  private static Op.Resize simple(NodeImport node, float[] scales) {
    boolean shrinks = false;
    boolean enlarges = false;
    for (float scale : scales) {
      shrinks |= scale < 1;
      enlarges |= scale > 1;
    }
    Mode mode = mode(node.attributes().string("mode", "nearest"), node);
    if (mode == Mode.NEAREST && shrinks && enlarges) {
      throw node.unsupported("shrinks along one axis and enlarges along another");
    }
    NearestMode nearest = shrinks ? NearestMode.CEIL : NearestMode.FLOOR;
    Interpolation interpolation =
        new Interpolation(mode, nearest, DEFAULT_COEFFICIENT, false, false);
    return new Op.Resize(
        interpolation, CoordinateMode.ASYMMETRIC, 0, AspectRatio.STRETCH, List.of());
  }

  private static Op.Resize resize(NodeImport node) {
    Attributes attributes = node.attributes();
    if (!node.hasInput(2) && !node.hasInput(3)) {
      throw node.error("has neither scales nor sizes");
    }
    Mode mode = mode(attributes.string("mode", "nearest"), node);
    CoordinateMode coordinates =
        choose(CoordinateMode.class, "coordinate_transformation_mode", "half_pixel", node);
    Interpolation interpolation =
        new Interpolation(
            mode,
            choose(NearestMode.class, "nearest_mode", "round_prefer_floor", node),
            attributes.number("cubic_coeff_a", DEFAULT_COEFFICIENT),
            attributes.flag("exclude_outside", false),
            attributes.flag("antialias", false));
    return new Op.Resize(
        interpolation,
        coordinates,
        attributes.number("extrapolation_value", 0),
        choose(AspectRatio.class, "keep_aspect_ratio_policy", "stretch", node),
        attributes.integers("axes"));
  }

  private static Mode mode(String name, NodeImport node) {
    return switch (name) {
      case "nearest" -> Mode.NEAREST;
      case "linear", "bilinear" -> Mode.LINEAR;
      case "cubic" -> Mode.CUBIC;
      default -> throw node.error("mode is " + Text.shorten(name));
    };
  }

  private static <E extends Enum<E>> E choose(
      Class<E> type, String attribute, String defaultValue, NodeImport node) {
    String name = node.attributes().string(attribute, defaultValue);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(name)) {
        return constant;
      }
    }
    throw node.unsupported(attribute + " = " + Text.shorten(name));
  }
}
