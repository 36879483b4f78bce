package fp8sim.graph;

import java.util.List;

/**
 * Resampling: {@code x, roi?, scales?, sizes? -> y}. {@code axes} is empty for all axes. Upsample
 * is imported as this operator.
 */
public record Resize(
    Interpolation interpolation,
    CoordinateMode coordinates,
    float extrapolationValue,
    AspectRatio aspectRatio,
    List<Integer> axes)
    implements Op {

  /** How elements between those of the input are found. */
  public record Interpolation(
      Mode mode,
      NearestMode nearest,
      float cubicCoefficient,
      boolean excludeOutside,
      boolean antialias) {}

  public enum Mode {
    NEAREST,
    LINEAR,
    CUBIC
  }

  public enum CoordinateMode {
    HALF_PIXEL,
    HALF_PIXEL_SYMMETRIC,
    PYTORCH_HALF_PIXEL,
    ALIGN_CORNERS,
    ASYMMETRIC,
    TF_HALF_PIXEL_FOR_NN,
    TF_CROP_AND_RESIZE
  }

  public enum NearestMode {
    ROUND_PREFER_FLOOR,
    ROUND_PREFER_CEIL,
    FLOOR,
    CEIL
  }

  /** ONNX's {@code keep_aspect_ratio_policy}. */
  public enum AspectRatio {
    STRETCH,
    NOT_LARGER,
    NOT_SMALLER
  }
}
