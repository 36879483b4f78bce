package fp8sim.image;

import java.util.Arrays;

/**
 * Pillow's antialiased resize of 8-bit pixels, bit for bit ({@code Image.resize}, Pillow's
 * Resample.c): a horizontal, then a vertical pass, each with fixed-point weights and 8-bit results.
 */
final class ImageResize {
  /** 8 bits of a pixel and 2 bits of head room for the overshoot of a filter, in 32 bits. */
  private static final int PRECISION_BITS = 32 - 8 - 2;

  private static final int HALF = 1 << (PRECISION_BITS - 1);

  private ImageResize() {}

  /** The image with this height and width, both positive. */
  static Pixels resize(Pixels image, int height, int width, ResizeFilter filter) {
    if (image.height() == height && image.width() == width) {
      return image;
    }
    if (filter == ResizeFilter.NEAREST) {
      return nearest(image, height, width);
    }
    Pixels wide =
        image.width() == width
            ? image
            : horizontal(image, width, Weights.of(image.width(), width, filter));
    return height == image.height()
        ? wide
        : vertical(wide, height, Weights.of(image.height(), height, filter));
  }

  /**
   * As {@link #resize(Pixels, int, int, ResizeFilter)}: rows become narrower band by band. An image
   * that is not to become narrower is put together first.
   */
  static Pixels resize(LargeImage image, int height, int width, ResizeFilter filter) {
    int[] rows = nearestIndices(image.height(), height);
    boolean nearest = filter == ResizeFilter.NEAREST && image.height() != height;
    Pixels wide = Pixels.black(LargeImage.CHANNELS, nearest ? height : image.height(), width);
    image.forEachBand(
        0,
        image.height(),
        (from, band) -> {
          Pixels narrow = resize(band, band.height(), width, filter);
          for (int y = 0; y < wide.height(); y++) {
            int row = (nearest ? rows[y] : y) - from;
            if (row >= 0 && row < band.height()) {
              copyRow(narrow, row, wide, y);
            }
          }
        });
    return resize(wide, height, width, filter);
  }

  private static void copyRow(Pixels source, int from, Pixels target, int to) {
    int width = target.width();
    for (int c = 0; c < target.channels(); c++) {
      int at = (c * source.height() + from) * width;
      System.arraycopy(source.data(), at, target.data(), (c * target.height() + to) * width, width);
    }
  }

  private static Pixels nearest(Pixels image, int height, int width) {
    int[] rows = nearestIndices(image.height(), height);
    int[] columns = nearestIndices(image.width(), width);
    Pixels result = Pixels.black(image.channels(), height, width);
    int to = 0;
    for (int c = 0; c < image.channels(); c++) {
      for (int y = 0; y < height; y++) {
        int from = (c * image.height() + rows[y]) * image.width();
        for (int x = 0; x < width; x++) {
          result.data()[to++] = image.data()[from + columns[x]];
        }
      }
    }
    return result;
  }

  /** Pillow adds the step up instead of multiplying, so that rounding errors are part of it. */
  private static int[] nearestIndices(int from, int to) {
    double step = (double) from / to;
    double position = step * 0.5;
    int[] indices = new int[to];
    for (int i = 0; i < to; i++) {
      indices[i] = Math.min((int) position, from - 1);
      position += step;
    }
    return indices;
  }

  private static Pixels horizontal(Pixels image, int width, Weights weights) {
    int rows = image.channels() * image.height();
    byte[] source = image.data();
    Pixels result = Pixels.black(image.channels(), image.height(), width);
    byte[] target = result.data();
    for (int row = 0; row < rows; row++) {
      int base = row * image.width();
      for (int x = 0; x < width; x++) {
        int sum = HALF;
        int first = base + weights.first[x];
        int at = x * weights.stride;
        for (int i = 0; i < weights.count[x]; i++) {
          sum += (source[first + i] & 0xff) * weights.fixed[at + i];
        }
        target[row * width + x] = clip(sum);
      }
    }
    return result;
  }

  private static Pixels vertical(Pixels image, int height, Weights weights) {
    int width = image.width();
    byte[] source = image.data();
    Pixels result = Pixels.black(image.channels(), height, width);
    byte[] target = result.data();
    int[] sums = new int[width];
    for (int c = 0; c < image.channels(); c++) {
      for (int y = 0; y < height; y++) {
        Arrays.fill(sums, HALF);
        for (int i = 0; i < weights.count[y]; i++) {
          int weight = weights.fixed[y * weights.stride + i];
          int from = (c * image.height() + weights.first[y] + i) * width;
          for (int x = 0; x < width; x++) {
            sums[x] += (source[from + x] & 0xff) * weight;
          }
        }
        int to = (c * height + y) * width;
        for (int x = 0; x < width; x++) {
          target[to + x] = clip(sums[x]);
        }
      }
    }
    return result;
  }

  private static byte clip(int sum) {
    return (byte) Math.clamp(sum >> PRECISION_BITS, 0, 255);
  }

  /**
   * The weights of one axis: output pixel {@code i} is the sum over {@code j < count[i]} of source
   * pixel {@code first[i] + j} times {@code fixed[i * stride + j] / 2^22}.
   */
  private static final class Weights {
    final int stride;
    final int[] first;
    final int[] count;
    final int[] fixed;

    private Weights(int stride, int outputs) {
      this.stride = stride;
      this.first = new int[outputs];
      this.count = new int[outputs];
      this.fixed = new int[Math.multiplyExact(stride, outputs)];
    }

    static Weights of(int from, int to, ResizeFilter filter) {
      double scale = (double) from / to;
      double filterScale = Math.max(scale, 1);
      double support = filter.support() * filterScale;
      Weights weights = new Weights((int) Math.ceil(support) * 2 + 1, to);
      double[] real = new double[weights.stride];
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * scale;
        int first = Math.max((int) (center - support + 0.5), 0);
        int count = Math.min((int) (center + support + 0.5), from) - first;
        double sum = 0;
        for (int j = 0; j < count; j++) {
          real[j] = filter.weight((j + first - center + 0.5) * (1 / filterScale));
          sum += real[j];
        }
        weights.first[i] = first;
        weights.count[i] = count;
        for (int j = 0; j < count; j++) {
          weights.fixed[i * weights.stride + j] = fixedPoint(sum == 0 ? real[j] : real[j] / sum);
        }
      }
      return weights;
    }

    private static int fixedPoint(double weight) {
      double scaled = weight * (1 << PRECISION_BITS);
      return (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
    }
  }
}
