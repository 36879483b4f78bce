package fp8sim.npy;

import fp8sim.common.ExitCode;
import fp8sim.common.FileProblems;
import fp8sim.common.Fp8simException;
import fp8sim.common.OutputFile;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * NPY files, NumPy's format for one array (numpy.lib.format, versions 1 to 3). All element types
 * that NumPy and {@link DataType} share are read in either byte order, C or Fortran order; pickled
 * and structured arrays are refused.
 */
public final class Npy {
  /** Elements are copied through a buffer of this size when a stream is written. */
  private static final int BUFFER_BYTES = 1 << 16;

  private Npy() {}

  /**
   * Reads an array. Little-endian arrays in C order are mapped: the tensor is read-only and lives
   * as long as it is reachable; the file must not be truncated meanwhile.
   *
   * @throws Fp8simException with {@link ExitCode#INPUT} if the file cannot be read, is no NPY file,
   *     or is shorter or longer than its header says
   */
  public static Tensor read(Path file) {
    String name = file.toString();
    try {
      return map(file, name);
    } catch (IOException e) {
      throw FileProblems.unreadable(name, e);
    } catch (IllegalArgumentException e) {
      throw FileProblems.bad(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static Tensor map(Path file, String name) throws IOException {
    NpyHeader header;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      header = NpyHeader.read(in);
    }
    long expected = header.dataOffset() + header.dataBytes();
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() != expected) {
        throw FileProblems.bad(
            name,
            "has %d bytes, but its header promises %s of shape %s, which needs %d"
                .formatted(channel.size(), header.type(), header.shape(), expected));
      }
      if (header.dataBytes() == 0) {
        return Tensor.zeros(header.type(), header.shape());
      }
      MemorySegment data =
          channel.map(
              FileChannel.MapMode.READ_ONLY,
              header.dataOffset(),
              header.dataBytes(),
              Arena.ofAuto());
      return needsCopy(header) ? ordered(header, copy(data)) : tensor(header, data);
    }
  }

  private static MemorySegment copy(MemorySegment data) {
    return NativeMemory.allocate(Arena.ofAuto(), data.byteSize()).copyFrom(data);
  }

  /**
   * Reads an array from a stream of known origin into the heap; bytes after it are left unread.
   *
   * @param name how messages name the origin
   * @throws Fp8simException as {@link #read(Path)}
   */
  static Tensor read(InputStream in, String name) {
    try {
      NpyHeader header = NpyHeader.read(in);
      if (header.dataBytes() > Integer.MAX_VALUE - 8) {
        throw FileProblems.bad(name, "array of more than 2 GiB; store it as a plain .npy file");
      }
      // Grows with what really arrives, so that a hostile header cannot take memory.
      byte[] bytes = in.readNBytes((int) header.dataBytes());
      if (bytes.length != header.dataBytes()) {
        throw new EOFException();
      }
      return ordered(header, MemorySegment.ofArray(bytes));
    } catch (IOException e) {
      throw FileProblems.unreadable(name, e);
    } catch (IllegalArgumentException e) {
      throw FileProblems.bad(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean needsCopy(NpyHeader header) {
    return header.bigEndian() || header.fortranOrder() || header.type() == DataType.BOOL;
  }

  /** Brings elements into little-endian C order; {@code data} is changed. */
  private static Tensor ordered(NpyHeader header, MemorySegment data) {
    if (header.bigEndian()) {
      ByteOrders.swapBytes(data, header.type().bytes());
    }
    if (header.type() == DataType.BOOL) {
      for (long i = 0; i < data.byteSize(); i++) {
        data.set(Tensor.BYTE, i, (byte) (data.get(Tensor.BYTE, i) == 0 ? 0 : 1));
      }
    }
    return tensor(header, header.fortranOrder() ? toRowMajor(header, data) : data);
  }

  private static Tensor tensor(NpyHeader header, MemorySegment data) {
    return new Tensor(header.type(), header.shape(), data);
  }

  private static MemorySegment toRowMajor(NpyHeader header, MemorySegment data) {
    int bytes = header.type().bytes();
    int[] dims = header.shape().dims();
    int[] position = new int[dims.length];
    MemorySegment result = NativeMemory.allocate(Arena.ofAuto(), data.byteSize());
    for (long to = 0; to < data.byteSize(); to += bytes) {
      long from = 0;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        from = from * dims[axis] + position[axis];
      }
      MemorySegment.copy(data, from * bytes, result, to, bytes);
      for (int axis = dims.length - 1; axis >= 0 && ++position[axis] == dims[axis]; axis--) {
        position[axis] = 0;
      }
    }
    return result;
  }

  /**
   * Writes a tensor as NPY version 1, little-endian, C order, by way of a temporary file beside
   * {@code file}.
   *
   * @throws Fp8simException with {@link ExitCode#OUTPUT} if the file cannot be written, with {@link
   *     ExitCode#USAGE} if NumPy has no such element type (bfloat16 and the 8-bit floats)
   */
  public static void write(Path file, Tensor tensor) {
    if (!NpyHeader.isKnown(tensor.type())) {
      throw Fp8simException.usage(
          "%s: NPY files cannot hold %s; convert to FLOAT first".formatted(file, tensor.type()));
    }
    OutputFile.write(
        file,
        out -> {
          out.write(NpyHeader.write(tensor.type(), tensor.shape()));
          write(tensor.data(), out);
        });
  }

  private static void write(MemorySegment data, OutputStream out) throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, data.byteSize())];
    for (long at = 0; at < data.byteSize(); at += buffer.length) {
      int count = (int) Math.min(buffer.length, data.byteSize() - at);
      MemorySegment.copy(data, Tensor.BYTE, at, buffer, 0, count);
      out.write(buffer, 0, count);
    }
  }

  /** An array of at least one dimension whose elements are labels: integers within int. */
  public static int[] labels(Tensor tensor, String name) {
    Shape shape = tensor.shape();
    if (!tensor.type().isInteger() || shape.rank() == 0 || shape.elements() != shape.dim(0)) {
      throw FileProblems.bad(
          name,
          "labels must be one integer per sample, not %s of shape %s"
              .formatted(tensor.type(), shape));
    }
    int[] labels = new int[shape.elements()];
    for (int i = 0; i < labels.length; i++) {
      long label = Conversion.integer(tensor, i);
      if (label != (int) label) {
        throw FileProblems.bad(name, "label %d at index %d is no class".formatted(label, i));
      }
      labels[i] = (int) label;
    }
    return labels;
  }
}
