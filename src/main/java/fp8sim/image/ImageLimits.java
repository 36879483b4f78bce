package fp8sim.image;

/** What an image may cost: dimensions are checked before memory is taken. */
final class ImageLimits {
  /** 64 Mi pixels: above every camera in common use, and 192 MiB as RGB. */
  static final int MAX_PIXELS = 1 << 26;

  /**
   * 16 Mi pixels, 48 MiB as RGB: larger images are never in memory as a whole and need a resize or
   * a crop as the first step of preprocessing.
   */
  static final int WHOLE_PIXELS = 1 << 24;

  private ImageLimits() {}

  /**
   * Refuses an empty or too large image.
   *
   * @throws IllegalArgumentException with a message without the file's name
   */
  static void check(long height, long width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("empty image of " + width + " x " + height + " pixels");
    }
    if (height > MAX_PIXELS / width) {
      throw new IllegalArgumentException(
          "%d x %d pixels; at most %d pixels are read".formatted(width, height, MAX_PIXELS));
    }
  }
}
