package fp8sim.image;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The colour space of a JPEG file's components, decided as libjpeg decides it
 * (default_decompress_parms in jdapimin.c).
 */
record JpegHeader(ColorSpace colorSpace) {
  enum ColorSpace {
    GREY,
    YCC,
    RGB,
    CMYK,
    YCCK
  }

  private static final int SOI = 0xd8;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int NO_ADOBE = -1;

  static JpegHeader of(MemorySegment file) throws IOException {
    boolean jfif = false;
    int adobe = NO_ADOBE;
    int at = 2;
    while (true) {
      int marker = marker(file, at);
      at += 2;
      if (marker == 0xff) {
        at--; // Any number of fill bytes may precede a marker.
        continue;
      }
      if (marker == SOI || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
        continue;
      }
      int length = word(file, at);
      if (marker == APP0 && length >= 16 && starts(file, at + 2, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP14 && length >= 14 && starts(file, at + 2, "Adobe")) {
        adobe = unsigned(file, at + 13);
      } else if (isFrame(marker)) {
        // The Adobe marker comes before the frame in every file that follows the convention.
        return new JpegHeader(colorSpace(file, at, jfif, adobe));
      } else if (marker == SOS || length < 2) {
        throw new IOException("damaged JPEG: no frame header");
      }
      at += length;
    }
  }

  /** Start of frame: 0xc0 to 0xcf but for tables (DHT, JPG, DAC). */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static ColorSpace colorSpace(MemorySegment file, int frame, boolean jfif, int adobe)
      throws IOException {
    int components = unsigned(file, frame + 7);
    return switch (components) {
      case 1 -> ColorSpace.GREY;
      case 3 -> {
        if (jfif || adobe != NO_ADOBE) {
          yield !jfif && adobe == 0 ? ColorSpace.RGB : ColorSpace.YCC;
        }
        boolean named =
            unsigned(file, frame + 8) == 'R'
                && unsigned(file, frame + 11) == 'G'
                && unsigned(file, frame + 14) == 'B';
        yield named ? ColorSpace.RGB : ColorSpace.YCC;
      }
      case 4 -> adobe == NO_ADOBE || adobe == 0 ? ColorSpace.CMYK : ColorSpace.YCCK;
      default -> throw new IOException("JPEG with " + components + " components");
    };
  }

  private static int marker(MemorySegment file, int at) throws IOException {
    if (unsigned(file, at) != 0xff) {
      throw new IOException("damaged JPEG: no marker where one is due");
    }
    return unsigned(file, at + 1);
  }

  private static int word(MemorySegment file, int at) throws IOException {
    return unsigned(file, at) << 8 | unsigned(file, at + 1);
  }

  private static boolean starts(MemorySegment file, int at, String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      if (unsigned(file, at + i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int unsigned(MemorySegment file, int at) throws IOException {
    if (at >= file.byteSize()) {
      throw new EOFException();
    }
    return file.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }
}
