package fp8sim.image;

import fp8sim.tensor.Shape;

/** One entry of a {@code preprocess} list. */
sealed interface PreprocessStep {

  /** A step on 8-bit pixels; these come before the steps on float32 values. */
  sealed interface OnPixels extends PreprocessStep {
    Pixels apply(Pixels image);

    /** The same for an image that is decoded band by band. */
    Pixels apply(LargeImage image);
  }

  /**
   * torchvision's Resize on PIL images. Without a width, {@code height} is the length of the short
   * side and the long one is {@code (int) (height * long / short)}.
   */
  record ResizeTo(int height, int width, ResizeFilter filter) implements OnPixels {
    static final int KEEP_ASPECT = 0;

    @Override
    public Pixels apply(Pixels image) {
      Size size = size(image.height(), image.width());
      return ImageResize.resize(image, size.height(), size.width(), filter);
    }

    @Override
    public Pixels apply(LargeImage image) {
      Size size = size(image.height(), image.width());
      return ImageResize.resize(image, size.height(), size.width(), filter);
    }

    private record Size(int height, int width) {}

    private Size size(int fromHeight, int fromWidth) {
      if (width != KEEP_ASPECT) {
        return checked(height, width);
      }
      boolean portrait = fromWidth <= fromHeight;
      int shortSide = portrait ? fromWidth : fromHeight;
      int longSide = portrait ? fromHeight : fromWidth;
      int scaled = (int) ((double) ((long) height * longSide) / shortSide);
      return portrait ? checked(scaled, height) : checked(height, scaled);
    }

    private static Size checked(int toHeight, int toWidth) {
      ImageLimits.check(toHeight, toWidth);
      return new Size(toHeight, toWidth);
    }
  }

  /** torchvision's CenterCrop: a smaller image is padded with zeros first. */
  record CenterCrop(int height, int width) implements OnPixels {
    @Override
    public Pixels apply(Pixels image) {
      Pixels result = Pixels.black(image.channels(), height, width);
      copy(image, 0, offset(image.height(), height), result);
      return result;
    }

    @Override
    public Pixels apply(LargeImage image) {
      Pixels result = Pixels.black(LargeImage.CHANNELS, height, width);
      int top = offset(image.height(), height);
      image.forEachBand(
          Math.max(top, 0),
          Math.min(top + height, image.height()),
          (from, rows) -> copy(rows, from, top, result));
      return result;
    }

    /**
     * Copies the rows of an image from {@code from} on, of which {@code top} is the result's first.
     */
    private void copy(Pixels rows, int from, int top, Pixels result) {
      int left = offset(rows.width(), width);
      int fromX = Math.max(left, 0);
      int toX = Math.min(left + width, rows.width());
      int toY = Math.min(top + height, from + rows.height());
      for (int c = 0; c < rows.channels(); c++) {
        for (int y = Math.max(top, from); y < toY; y++) {
          int source = (c * rows.height() + y - from) * rows.width() + fromX;
          int target = (c * height + y - top) * width + fromX - left;
          System.arraycopy(rows.data(), source, result.data(), target, toX - fromX);
        }
      }
    }

    /** Where the crop starts in the image; negative: that many zeros come first. */
    private static int offset(int size, int crop) {
      // Padding puts the smaller half first; cropping rounds half to even.
      return crop > size ? -((crop - size) / 2) : (int) Math.rint((size - crop) / 2.0);
    }
  }

  /** A float32 operation with one operand for all channels or one per channel. */
  record Arithmetic(Operator operator, float[] operands) implements PreprocessStep {
    enum Operator {
      SUBTRACT,
      DIVIDE,
      MULTIPLY
    }

    Arithmetic(Operator operator, double[] operands) {
      this(operator, toFloats(operands));
    }

    float apply(float value, int channel) {
      float operand = operands[operands.length == 1 ? 0 : channel];
      return switch (operator) {
        case SUBTRACT -> value - operand;
        case DIVIDE -> value / operand;
        case MULTIPLY -> value * operand;
      };
    }

    private static float[] toFloats(double[] values) {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }
  }

  /** The order of the channels from here on; images start as RGB. */
  record ChannelOrder(boolean bgr) implements PreprocessStep {}

  /** Channels behind rows and columns instead of before them: [C, H, W] becomes [H, W, C]. */
  record ChannelsLast() implements PreprocessStep {}

  /** The final shape of a sample without the batch, with as many elements as the sample has. */
  record Reshape(Shape shape) implements PreprocessStep {}
}
