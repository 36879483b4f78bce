package fp8sim.image;

/**
 * An 8-bit image, channels first: pixel (c, y, x) is {@code data[(c * height + y) * width + x]},
 * unsigned.
 */
public record Pixels(int channels, int height, int width, byte[] data) implements RawSample {
  public Pixels {
    if (data.length != (long) channels * height * width) {
      throw new IllegalArgumentException(
          "%d bytes for %dx%dx%d pixels".formatted(data.length, channels, height, width));
    }
  }

  static Pixels black(int channels, int height, int width) {
    return new Pixels(channels, height, width, new byte[channels * height * width]);
  }

  /** Number of pixels of one channel. */
  int plane() {
    return height * width;
  }
}
