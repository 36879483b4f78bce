package fp8sim.image;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes an image file as Pillow's {@code Image.open(file).convert("RGB")} does: alpha is dropped,
 * palettes are looked up, embedded colour profiles and EXIF orientation are ignored.
 */
public final class ImageDecoder {
  static {
    ImageIO.setUseCache(false);
    ImageIO.scanForPlugins();
  }

  private ImageDecoder() {}

  /**
   * Opens the first image of a file: decodes it, or makes it ready for that if it is large.
   *
   * @throws IOException if the image is damaged, too large or of an unknown format; the message
   *     does not name the file
   */
  public static RawSample open(MemorySegment file) throws IOException {
    return read(
        file,
        reader -> {
          int height = reader.getHeight(0);
          int width = reader.getWidth(0);
          return (long) height * width > ImageLimits.WHOLE_PIXELS
              ? LargeImage.of(file, height, width)
              : pixels(file, reader, height, width, 0, height);
        });
  }

  /** As {@link #open}, decoding an image of any size. */
  static Pixels decode(byte[] bytes) throws IOException {
    MemorySegment file = MemorySegment.ofArray(bytes);
    return read(
        file,
        reader -> {
          int height = reader.getHeight(0);
          return pixels(file, reader, height, reader.getWidth(0), 0, height);
        });
  }

  /** The rows {@code from <= row < from + count}, with the bits that they have in the whole. */
  static Pixels rows(MemorySegment file, int from, int count) throws IOException {
    return read(
        file, reader -> pixels(file, reader, reader.getHeight(0), reader.getWidth(0), from, count));
  }

  private static Pixels pixels(
      MemorySegment file, ImageReader reader, int height, int width, int from, int count)
      throws IOException {
    @Nullable ImageReadParam param = null;
    if (count < height) {
      param = reader.getDefaultReadParam();
      param.setSourceRegion(new Rectangle(0, from, width, count));
    }
    return isJpeg(file)
        ? Jpeg.decode(reader, JpegHeader.of(file), param)
        : toRgb(reader.read(0, param));
  }

  private static boolean isJpeg(MemorySegment file) {
    return file.byteSize() > 2
        && file.get(ValueLayout.JAVA_BYTE, 0) == (byte) 0xff
        && file.get(ValueLayout.JAVA_BYTE, 1) == (byte) 0xd8;
  }

  private interface Reading<T> {
    T with(ImageReader reader) throws IOException;
  }

  private static <T> T read(MemorySegment file, Reading<T> reading) throws IOException {
    if (file.byteSize() == 0) {
      throw new IOException("empty file (0 bytes)");
    }
    try (ImageInputStream stream = new SegmentImageStream(file)) {
      ImageReader reader = reader(stream);
      try {
        reader.setInput(stream, true, true);
        ImageLimits.check(reader.getHeight(0), reader.getWidth(0));
        return reading.with(reader);
      } finally {
        reader.dispose();
      }
    } catch (EOFException e) {
      throw new IOException("truncated image", e);
    } catch (RuntimeException e) {
      // Plug-ins meet damaged data with whatever exception the damage leads to.
      throw new IOException("damaged image: " + e.getMessage(), e);
    }
  }

  private static ImageReader reader(ImageInputStream stream) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    if (!readers.hasNext()) {
      throw new IOException("not an image of a known format (JPEG, PNG, BMP, GIF, TIFF are read)");
    }
    return readers.next();
  }

  private static Pixels toRgb(BufferedImage image) {
    Raster raster = image.getRaster();
    ColorModel colors = image.getColorModel();
    boolean samples =
        raster.getSampleModel() instanceof ComponentSampleModel
            && !(colors instanceof IndexColorModel);
    Pixels result = Pixels.black(3, image.getHeight(), image.getWidth());
    for (int y = 0; y < image.getHeight(); y++) {
      if (samples) {
        copyRow(raster, y, result);
      } else {
        copyRow(image, y, result);
      }
    }
    return result;
  }

  /**
   * Grey or RGB samples, with or without alpha. Taken from the raster, because Java's colour model
   * of grey is linear and would change the values.
   */
  private static void copyRow(Raster raster, int y, Pixels result) {
    Rectangle bounds = raster.getBounds();
    int bands = raster.getNumBands();
    int bits = raster.getSampleModel().getSampleSize(0);
    int[] row = raster.getPixels(bounds.x, bounds.y + y, bounds.width, 1, (int[]) null);
    for (int c = 0; c < 3; c++) {
      int to = c * result.plane() + y * bounds.width;
      int band = bands < 3 ? 0 : c;
      for (int x = 0; x < bounds.width; x++) {
        result.data()[to + x] = eightBits(row[x * bands + band], bits, bands);
      }
    }
  }

  private static byte eightBits(int sample, int bits, int bands) {
    if (bits == 16) {
      // Pillow opens 16-bit grey as integers and clips them, but drops the low byte of colours.
      return (byte) (bands == 1 ? Math.min(sample, 255) : sample >> 8);
    }
    return (byte) sample;
  }

  private static void copyRow(BufferedImage image, int y, Pixels result) {
    int width = image.getWidth();
    int[] row = image.getRGB(0, y, width, 1, null, 0, width);
    for (int x = 0; x < width; x++) {
      int to = y * width + x;
      result.data()[to] = (byte) (row[x] >> 16);
      result.data()[to + result.plane()] = (byte) (row[x] >> 8);
      result.data()[to + 2 * result.plane()] = (byte) row[x];
    }
  }
}
