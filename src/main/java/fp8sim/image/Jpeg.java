package fp8sim.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * Converts the components of a JPEG file to RGB with libjpeg's integer arithmetic (jdcolor.c) and,
 * for CMYK, Pillow's. The reader delivers the components as they are in the file, so that its own
 * handling of colour profiles does not enter.
 */
final class Jpeg {
  private static final int SCALE_BITS = 16;
  private static final int HALF = 1 << (SCALE_BITS - 1);
  private static final int[] CR_TO_RED = new int[256];
  private static final int[] CB_TO_BLUE = new int[256];
  private static final int[] CR_TO_GREEN = new int[256];
  private static final int[] CB_TO_GREEN = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      CR_TO_RED[i] = (fixed(1.40200) * x + HALF) >> SCALE_BITS;
      CB_TO_BLUE[i] = (fixed(1.77200) * x + HALF) >> SCALE_BITS;
      CR_TO_GREEN[i] = -fixed(0.71414) * x;
      CB_TO_GREEN[i] = -fixed(0.34414) * x + HALF;
    }
  }

  private Jpeg() {}

  private static int fixed(double value) {
    return (int) (value * (1 << SCALE_BITS) + 0.5);
  }

  /** Decodes what {@code param} names, or all if it is null. */
  static Pixels decode(ImageReader reader, JpegHeader header, @Nullable ImageReadParam param)
      throws IOException {
    AtomicBoolean truncated = new AtomicBoolean();
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          // libjpeg pads what is missing with grey and only warns.
          if (warning.contains("EOI") || warning.contains("Premature end of input")) {
            truncated.set(true);
          }
        });
    Raster raster = reader.readRaster(0, param);
    if (truncated.get()) {
      throw new IOException("truncated image");
    }
    int bands = raster.getNumBands();
    int width = raster.getWidth();
    Pixels result = Pixels.black(3, raster.getHeight(), width);
    byte[] row = new byte[width * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      switch (header.colorSpace()) {
        case GREY -> grey(row, y, result);
        case RGB -> rgb(row, y, result);
        case YCC -> ycc(row, y, result);
        case CMYK -> cmyk(row, y, result, false);
        case YCCK -> cmyk(row, y, result, true);
      }
    }
    return result;
  }

  private static void grey(byte[] row, int y, Pixels result) {
    for (int c = 0; c < 3; c++) {
      System.arraycopy(row, 0, result.data(), c * result.plane() + y * row.length, row.length);
    }
  }

  private static void rgb(byte[] row, int y, Pixels result) {
    for (int x = 0; x < result.width(); x++) {
      set(result, y, x, row[3 * x] & 0xff, row[3 * x + 1] & 0xff, row[3 * x + 2] & 0xff);
    }
  }

  private static void ycc(byte[] row, int y, Pixels result) {
    for (int x = 0; x < result.width(); x++) {
      int luma = row[3 * x] & 0xff;
      int cb = row[3 * x + 1] & 0xff;
      int cr = row[3 * x + 2] & 0xff;
      set(result, y, x, red(luma, cr), green(luma, cb, cr), blue(luma, cb));
    }
  }

  private static void cmyk(byte[] row, int y, Pixels result, boolean ycck) {
    for (int x = 0; x < result.width(); x++) {
      int c = row[4 * x] & 0xff;
      int m = row[4 * x + 1] & 0xff;
      int yellow = row[4 * x + 2] & 0xff;
      // Pillow takes every file to be inverted, as Adobe writes them: 255 is no ink.
      int light = row[4 * x + 3] & 0xff;
      if (ycck) {
        set(
            result,
            y,
            x,
            ink(red(c, yellow), light),
            ink(green(c, m, yellow), light),
            ink(blue(c, m), light));
      } else {
        set(result, y, x, ink(255 - c, light), ink(255 - m, light), ink(255 - yellow, light));
      }
    }
  }

  /** {@code light} less the share that an inverted ink takes; Pillow's cmyk2rgb (Convert.c). */
  private static int ink(int invertedComplement, int light) {
    int product = invertedComplement * light + 128;
    return light - (((product >> 8) + product) >> 8);
  }

  private static int red(int luma, int cr) {
    return Math.clamp(luma + CR_TO_RED[cr], 0, 255);
  }

  private static int green(int luma, int cb, int cr) {
    return Math.clamp(luma + ((CB_TO_GREEN[cb] + CR_TO_GREEN[cr]) >> SCALE_BITS), 0, 255);
  }

  private static int blue(int luma, int cb) {
    return Math.clamp(luma + CB_TO_BLUE[cb], 0, 255);
  }

  private static void set(Pixels result, int y, int x, int red, int green, int blue) {
    int at = y * result.width() + x;
    result.data()[at] = (byte) red;
    result.data()[at + result.plane()] = (byte) green;
    result.data()[at + 2 * result.plane()] = (byte) blue;
  }
}
