package fp8sim.multiplier.user;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.ObjDoubleConsumer;

/** Writes tables as little-endian numbers. */
final class BinaryTableWriter {
  /** NumPy's header fills a multiple of so many bytes. */
  private static final int NPY_HEADER = 128;

  private BinaryTableWriter() {}

  /** Integers of 2 or 4 bytes. */
  static void numbers(OutputStream stream, TableContent content, int bytes) throws IOException {
    ObjDoubleConsumer<ByteBuffer> put =
        bytes == Short.BYTES
            ? (row, value) -> row.putShort((short) (int) value)
            : (row, value) -> row.putInt((int) value);
    rows(stream, content, bytes, put);
  }

  /** A NumPy matrix: int32 of integers, else float64. */
  static void npy(OutputStream stream, TableContent content) throws IOException {
    boolean integers = content.kind() == TableProduct.TableEntry.INTEGER;
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(integers ? "<i4" : "<f8", 1 << content.bitsA(), 1 << content.bitsW());
    byte[] bytes = new byte[NPY_HEADER];
    ByteBuffer start = BinaryTable.buffer(bytes);
    start.put(NpyTable.magic()).put((byte) 1).put((byte) 0);
    start.putShort((short) (NPY_HEADER - start.position() - Short.BYTES));
    start.put(header.getBytes(StandardCharsets.US_ASCII));
    while (start.remaining() > 1) {
      start.put((byte) ' ');
    }
    start.put((byte) '\n');
    stream.write(bytes);
    if (integers) {
      numbers(stream, content, Integer.BYTES);
    } else {
      rows(stream, content, Double.BYTES, ByteBuffer::putDouble);
    }
  }

  private static void rows(
      OutputStream stream, TableContent content, int bytes, ObjDoubleConsumer<ByteBuffer> put)
      throws IOException {
    byte[] array = new byte[bytes << content.bitsW()];
    ByteBuffer row = BinaryTable.buffer(array);
    try {
      content.forEach(
          (a, w, value) -> {
            put.accept(row, value);
            if (!row.hasRemaining()) {
              write(stream, array);
              row.clear();
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void write(OutputStream stream, byte[] row) {
    try {
      stream.write(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes: bit 7 the carry, the low m bits the fraction. */
  static byte[] mantissas(TableFile table) {
    byte[] bytes = new byte[table.entries().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (fraction(table, i) | (hasCarry(table, i) ? 1 << 7 : 0));
    }
    return bytes;
  }

  /** 2 bytes: bit m the carry, the low m bits the fraction. */
  static byte[] shortMantissas(TableFile table) {
    byte[] bytes = new byte[Short.BYTES * table.entries().length];
    ByteBuffer buffer = BinaryTable.buffer(bytes);
    for (double entry : table.entries()) {
      buffer.putShort((short) entry);
    }
    return bytes;
  }

  /** 4 bytes: bit 31 the carry, the m bits from bit 22 down the fraction. */
  static byte[] wideMantissas(TableFile table) {
    byte[] bytes = new byte[Integer.BYTES * table.entries().length];
    ByteBuffer buffer = BinaryTable.buffer(bytes);
    int shift = BinaryTable.FLOAT_MANTISSA - table.bitsA();
    for (int i = 0; i < table.entries().length; i++) {
      buffer.putInt(fraction(table, i) << shift | (hasCarry(table, i) ? 1 << 31 : 0));
    }
    return bytes;
  }

  private static boolean hasCarry(TableFile table, int index) {
    return table.entries()[index] >= table.rows();
  }

  private static int fraction(TableFile table, int index) {
    return (int) table.entries()[index] & (table.rows() - 1);
  }
}
