package fp8sim.data;

import fp8sim.tensor.Shape;

/** One entry of a {@code preprocess} list. */
sealed interface PreprocessStep {

  /** A step on 8-bit pixels; these come before the steps on float32 values. */
  sealed interface OnPixels extends PreprocessStep {
    Pixels apply(Pixels image);
  }

  /**
   * torchvision's Resize on PIL images. Without a width, {@code height} is the length of the short
   * side and the long one is {@code (int) (height * long / short)}.
   */
  record ResizeTo(int height, int width, ResizeFilter filter) implements OnPixels {
    static final int KEEP_ASPECT = 0;

    @Override
    public Pixels apply(Pixels image) {
      if (width != KEEP_ASPECT) {
        return checked(image, height, width);
      }
      boolean portrait = image.width() <= image.height();
      int shortSide = portrait ? image.width() : image.height();
      int longSide = portrait ? image.height() : image.width();
      int scaled = (int) ((double) ((long) height * longSide) / shortSide);
      return portrait ? checked(image, scaled, height) : checked(image, height, scaled);
    }

    private Pixels checked(Pixels image, int toHeight, int toWidth) {
      ImageLimits.check(toHeight, toWidth);
      return Resize.resize(image, toHeight, toWidth, filter);
    }
  }

  /** torchvision's CenterCrop: a smaller image is padded with zeros first. */
  record CenterCrop(int height, int width) implements OnPixels {
    @Override
    public Pixels apply(Pixels image) {
      Pixels result = Pixels.black(image.channels(), height, width);
      int top = offset(image.height(), height);
      int left = offset(image.width(), width);
      int fromX = Math.max(left, 0);
      int toX = Math.min(left + width, image.width());
      for (int c = 0; c < image.channels(); c++) {
        for (int y = Math.max(top, 0); y < Math.min(top + height, image.height()); y++) {
          int from = (c * image.height() + y) * image.width() + fromX;
          int to = (c * height + y - top) * width + fromX - left;
          System.arraycopy(image.data(), from, result.data(), to, toX - fromX);
        }
      }
      return result;
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
