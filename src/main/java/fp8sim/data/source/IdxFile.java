package fp8sim.data.source;

import fp8sim.common.FileProblems;
import fp8sim.npy.ByteOrders;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;

/**
 * IDX files as MNIST uses them: two zero bytes, element type, rank, big-endian dimensions and
 * elements. Gzipped files are recognised by their first bytes.
 */
final class IdxFile {
  /** Deflate shrinks by at most this factor. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  private static final int GZIP_BUFFER_BYTES = 1 << 16;

  private IdxFile() {}

  /** Reads an array into the heap; {@code relative} may lack or have a needless {@code .gz}. */
  static Tensor read(DataRoot root, String relative) {
    String present = present(root, relative);
    String name = root.describe(present);
    try (InputStream raw = new BufferedInputStream(root.open(present))) {
      boolean gzipped = isGzip(raw);
      InputStream in = gzipped ? new GZIPInputStream(raw, GZIP_BUFFER_BYTES) : raw;
      long size = root.size(present);
      return read(in, gzipped && size >= 0 ? size * MAX_DEFLATE_RATIO : size);
    } catch (IOException e) {
      throw FileProblems.unreadable(name, e);
    } catch (IllegalArgumentException e) {
      throw FileProblems.bad(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static String present(DataRoot root, String relative) {
    String other =
        relative.endsWith(".gz")
            ? relative.substring(0, relative.length() - ".gz".length())
            : relative + ".gz";
    return !root.exists(relative) && root.exists(other) ? other : relative;
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip;
  }

  /** {@code limit}: how many bytes the stream can hold at most, or -1 if that is not known. */
  private static Tensor read(InputStream in, long limit) throws IOException {
    ByteBuffer magic = exactly(in, 4);
    if (magic.getShort() != 0) {
      throw new IllegalArgumentException("not an IDX file: it does not start with two zero bytes");
    }
    DataType type = type(magic.get());
    int rank = magic.get() & 0xff;
    ByteBuffer dims = exactly(in, 4 * rank);
    int[] sizes = new int[rank];
    for (int i = 0; i < rank; i++) {
      sizes[i] = dims.getInt();
    }
    Shape shape = Shape.of(sizes);
    long bytes = (long) shape.elements() * type.bytes();
    if (bytes > Integer.MAX_VALUE - 8 || (limit >= 0 && bytes > limit)) {
      throw new IllegalArgumentException(
          "its header promises %s of shape %s, more than the file can hold".formatted(type, shape));
    }
    MemorySegment data = MemorySegment.ofArray(exactly(in, (int) bytes).array());
    if (in.read() >= 0) {
      throw new IllegalArgumentException("more bytes than the shape " + shape + " needs");
    }
    ByteOrders.swapBytes(data, type.bytes());
    return new Tensor(type, shape, data);
  }

  private static ByteBuffer exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length != count) {
      throw new EOFException();
    }
    return ByteBuffer.wrap(bytes);
  }

  private static DataType type(int code) {
    return switch (code) {
      case 0x08 -> DataType.UINT8;
      case 0x09 -> DataType.INT8;
      case 0x0B -> DataType.INT16;
      case 0x0C -> DataType.INT32;
      case 0x0D -> DataType.FLOAT;
      case 0x0E -> DataType.DOUBLE;
      default -> throw new IllegalArgumentException("IDX element type " + (code & 0xff));
    };
  }
}
