package fp8sim.image;

import fp8sim.image.PreprocessStep.Arithmetic;
import fp8sim.image.PreprocessStep.ChannelOrder;
import fp8sim.image.PreprocessStep.ChannelsLast;
import fp8sim.image.PreprocessStep.OnPixels;
import fp8sim.image.PreprocessStep.Reshape;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Turns a sample into the network's float32 input: torchvision's transforms on PIL images, with
 * every arithmetic step rounded to float32 as ToTensor and Normalize do. Immutable.
 */
public final class Preprocess {
  /** No step: values as they are, pixels as 0 to 255. */
  public static final Preprocess NONE = new Preprocess(List.of());

  private final List<OnPixels> onPixels;
  private final List<PreprocessStep> onValues;

  Preprocess(List<PreprocessStep> steps) {
    onPixels = steps.stream().filter(OnPixels.class::isInstance).map(OnPixels.class::cast).toList();
    onValues = steps.stream().filter(step -> !(step instanceof OnPixels)).toList();
  }

  /**
   * The network's inputs for one sample, without the batch dimension; float32 [C, H, W] for images.
   *
   * @throws IllegalArgumentException if the steps do not fit the sample; the message does not name
   *     it
   */
  public List<Tensor> apply(RawSample sample) {
    return switch (sample) {
      case Pixels pixels -> List.of(ofPixels(pixels, onPixels));
      case LargeImage large ->
          List.of(ofPixels(smaller(large), onPixels.subList(1, onPixels.size())));
      case RawSample.Values values -> List.of(ofValues(values.tensor()));
      case RawSample.Typed typed -> untouched(typed);
    };
  }

  private List<Tensor> untouched(RawSample.Typed sample) {
    if (!onPixels.isEmpty() || !onValues.isEmpty()) {
      throw new IllegalArgumentException(
          "preprocess is for a network's only input; arrays named by input are fed as they are");
    }
    return sample.tensors();
  }

  private Pixels smaller(LargeImage image) {
    if (onPixels.isEmpty()) {
      throw new IllegalArgumentException(
          "%d x %d pixels; more than %d need resize or centerCrop in preprocess"
              .formatted(image.width(), image.height(), ImageLimits.WHOLE_PIXELS));
    }
    return onPixels.getFirst().apply(image);
  }

  private Tensor ofPixels(Pixels image, List<OnPixels> steps) {
    Pixels pixels = image;
    for (OnPixels step : steps) {
      pixels = step.apply(pixels);
    }
    Channels channels = new Channels(pixels.channels(), 256);
    for (int c = 0; c < pixels.channels(); c++) {
      for (int v = 0; v < 256; v++) {
        channels.values[c][v] = v;
      }
    }
    Shape shape = channels.apply(Shape.of(pixels.channels(), pixels.height(), pixels.width()));
    int plane = pixels.plane();
    float[] result = new float[pixels.data().length];
    for (int c = 0; c < pixels.channels(); c++) {
      float[] table = channels.values[c];
      int from = channels.source[c] * plane;
      for (int i = 0; i < plane; i++) {
        result[channels.position(c, i, plane)] = table[pixels.data()[from + i] & 0xff];
      }
    }
    return floats(shape, result);
  }

  private Tensor ofValues(Tensor tensor) {
    if (!onPixels.isEmpty()) {
      throw new IllegalArgumentException(
          "resize and centerCrop need 8-bit pixels, not %s of shape %s"
              .formatted(tensor.type(), tensor.shape()));
    }
    Shape shape = tensor.shape();
    float[] values = Conversion.toFloats(tensor);
    int count = shape.rank() == 0 ? 1 : shape.dim(0);
    int plane = count == 0 ? 0 : values.length / count;
    Channels channels = new Channels(count, plane);
    for (int c = 0; c < count; c++) {
      System.arraycopy(values, c * plane, channels.values[c], 0, plane);
    }
    Shape result = channels.apply(shape);
    for (int c = 0; c < count; c++) {
      for (int i = 0; i < plane; i++) {
        values[channels.position(c, i, plane)] = channels.values[c][i];
      }
    }
    return floats(result, values);
  }

  private static Tensor floats(Shape shape, float[] values) {
    return new Tensor(DataType.FLOAT, shape, MemorySegment.ofArray(values));
  }

  /** The value steps, channel by channel, on values or on a table of all 256 pixel values. */
  private final class Channels {
    final float[][] values;
    final int[] source;
    boolean bgr;
    boolean interleaved;

    Channels(int count, int length) {
      values = new float[count][length];
      source = new int[count];
      for (int c = 0; c < count; c++) {
        source[c] = c;
      }
    }

    Shape apply(Shape shape) {
      Shape result = shape;
      for (PreprocessStep step : onValues) {
        switch (step) {
          case Arithmetic arithmetic -> compute(arithmetic);
          case ChannelOrder order -> reorder(order.bgr());
          case ChannelsLast last -> {
            result = channelsLast(shape);
            interleaved = true;
          }
          case Reshape reshape -> result = reshaped(shape, reshape.shape());
          case OnPixels pixels -> throw new IllegalStateException("a pixel step among values");
        }
      }
      return result;
    }

    private void compute(Arithmetic arithmetic) {
      int operands = arithmetic.operands().length;
      if (operands != 1 && operands != values.length) {
        throw new IllegalArgumentException(
            "preprocess has %d values per channel, but the sample has %d channels"
                .formatted(operands, values.length));
      }
      for (int c = 0; c < values.length; c++) {
        for (int i = 0; i < values[c].length; i++) {
          values[c][i] = arithmetic.apply(values[c][i], c);
        }
      }
    }

    private void reorder(boolean toBgr) {
      if (values.length != 3) {
        throw new IllegalArgumentException(
            "channelOrder needs 3 channels, but the sample has " + values.length);
      }
      if (toBgr != bgr) {
        float[] first = values[0];
        values[0] = values[2];
        values[2] = first;
        int from = source[0];
        source[0] = source[2];
        source[2] = from;
        bgr = toBgr;
      }
    }

    private static Shape channelsLast(Shape shape) {
      if (shape.rank() != 3) {
        throw new IllegalArgumentException(
            "layout needs a sample of channels, rows and columns, not of shape " + shape);
      }
      return Shape.of(shape.dim(1), shape.dim(2), shape.dim(0));
    }

    /** Where value {@code i} of channel {@code c} goes, of {@code plane} ones. */
    int position(int c, int i, int plane) {
      return interleaved ? i * values.length + c : c * plane + i;
    }

    private static Shape reshaped(Shape shape, Shape result) {
      if (result.elements() != shape.elements()) {
        throw new IllegalArgumentException(
            "preprocess shape %s does not hold a sample of shape %s".formatted(result, shape));
      }
      return result;
    }
  }
}
