package fp8sim.image;

import fp8sim.common.JsonFields;
import fp8sim.image.PreprocessStep.Arithmetic;
import fp8sim.image.PreprocessStep.Arithmetic.Operator;
import fp8sim.image.PreprocessStep.CenterCrop;
import fp8sim.image.PreprocessStep.ChannelOrder;
import fp8sim.image.PreprocessStep.ChannelsLast;
import fp8sim.image.PreprocessStep.OnPixels;
import fp8sim.image.PreprocessStep.Reshape;
import fp8sim.image.PreprocessStep.ResizeTo;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads the {@code preprocess} list of a dataset description or model card. */
public final class PreprocessReader {
  /** Longest side that {@code resize} and {@code centerCrop} may ask for. */
  private static final int MAX_SIDE = 1 << 14;

  private PreprocessReader() {}

  /** The list under {@code key}, or no steps if there is none. */
  public static Preprocess read(JsonFields fields, String key) {
    if (!fields.has(key)) {
      return Preprocess.NONE;
    }
    List<PreprocessStep> steps = new ArrayList<>();
    for (JsonFields entry : fields.objects(key)) {
      List<PreprocessStep> read = step(entry);
      boolean late = read.getFirst() instanceof OnPixels && !steps.isEmpty();
      if (late && !(steps.getLast() instanceof OnPixels)) {
        throw fields.fail(key, "has resize or centerCrop after arithmetic; put them first");
      }
      if (!steps.isEmpty()
          && steps.getLast() instanceof ChannelsLast
          && !(read.getFirst() instanceof Reshape)) {
        throw fields.fail(key, "has a step after layout; only shape may follow it");
      }
      steps.addAll(read);
    }
    return new Preprocess(steps);
  }

  private static List<PreprocessStep> step(JsonFields entry) {
    List<String> keys = entry.keys();
    String kind = keys.isEmpty() ? "" : keys.getFirst();
    if (keys.contains("resize")) {
      kind = "resize";
    }
    boolean interpolated = kind.equals("resize") && keys.contains("interpolation");
    if (keys.size() != (interpolated ? 2 : 1)) {
      throw entry.fail(
          keys.isEmpty() ? "" : keys.getLast(), "is not understood: each step is one operation");
    }
    return switch (kind) {
      case "resize" -> List.of(resize(entry));
      case "centerCrop" -> List.of(centerCrop(entry));
      case "subtract" -> List.of(new Arithmetic(Operator.SUBTRACT, entry.numbers(kind)));
      case "divide" -> List.of(new Arithmetic(Operator.DIVIDE, nonZero(entry, kind)));
      case "multiply" -> List.of(new Arithmetic(Operator.MULTIPLY, entry.numbers(kind)));
      case "normalize" -> normalize(entry.object(kind));
      case "channelOrder" ->
          List.of(
              new ChannelOrder(
                  entry.oneOf(kind, List.of("rgb", "bgr"), Function.identity()).equals("bgr")));
      case "layout" -> {
        entry.oneOf(kind, List.of("hwc"), Function.identity());
        yield List.of(new ChannelsLast());
      }
      case "shape" -> List.of(new Reshape(shape(entry, kind)));
      default ->
          throw entry.fail(
              kind,
              "is no preprocessing step; known are resize, centerCrop, subtract, divide, multiply,"
                  + " normalize, channelOrder, layout, shape");
    };
  }

  private static PreprocessStep resize(JsonFields entry) {
    ResizeFilter filter =
        entry.has("interpolation")
            ? entry.oneOf("interpolation", List.of(ResizeFilter.values()), ResizeFilter::spelling)
            : ResizeFilter.BILINEAR;
    if (entry.isArray("resize")) {
      int[] size = pair(entry, "resize");
      return new ResizeTo(size[0], size[1], filter);
    }
    return new ResizeTo(entry.integer("resize", 1, MAX_SIDE), ResizeTo.KEEP_ASPECT, filter);
  }

  private static PreprocessStep centerCrop(JsonFields entry) {
    if (entry.isArray("centerCrop")) {
      int[] size = pair(entry, "centerCrop");
      return new CenterCrop(size[0], size[1]);
    }
    int side = entry.integer("centerCrop", 1, MAX_SIDE);
    return new CenterCrop(side, side);
  }

  private static int[] pair(JsonFields entry, String key) {
    int[] size = entry.integers(key, 1, MAX_SIDE);
    if (size.length != 2) {
      throw entry.fail(key, "must be a number or [height, width]");
    }
    return size;
  }

  private static List<PreprocessStep> normalize(JsonFields fields) {
    Arithmetic mean = new Arithmetic(Operator.SUBTRACT, fields.numbers("mean"));
    Arithmetic std = new Arithmetic(Operator.DIVIDE, nonZero(fields, "std"));
    fields.finish();
    return List.of(mean, std);
  }

  /** A shape with at least one element. */
  public static Shape shape(JsonFields fields, String key) {
    int[] dims = fields.integers(key, 1, Integer.MAX_VALUE);
    try {
      return Shape.of(dims);
    } catch (IllegalArgumentException e) {
      throw fields.fail(key, "has " + e.getMessage());
    }
  }

  private static double[] nonZero(JsonFields fields, String key) {
    double[] numbers = fields.numbers(key);
    for (double number : numbers) {
      if ((float) number == 0) {
        throw fields.fail(key, "must not be 0");
      }
    }
    return numbers;
  }
}
