package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads tables of little-endian numbers. */
final class BinaryTable {
  /** Widest fractions that bytes hold beside the carry, and the widest of any format. */
  static final int MAX_BYTE_MANTISSA = 7;

  static final int MAX_MANTISSA = 11;
  static final int FLOAT_MANTISSA = 23;

  /** The width at the end of ApproxTrain's names: {@code MBM_7.bin}. */
  private static final Pattern NAMED_WIDTH = Pattern.compile("_(\\d{1,2})\\.bin$");

  private BinaryTable() {}

  /** Integers of 16 bits. */
  static TableFile shorts(Path file, byte[] content, boolean signed, TableSides sides) {
    ByteBuffer buffer = buffer(content);
    return products(
        file,
        content.length,
        Short.BYTES,
        sides,
        i -> sixteenBits(buffer.getShort(Short.BYTES * i), signed));
  }

  static int sixteenBits(int value, boolean signed) {
    return signed ? (short) value : value & 0xFFFF;
  }

  /** Integers of 32 bits. */
  static TableFile ints(Path file, byte[] content, TableSides sides) {
    ByteBuffer buffer = buffer(content);
    return products(
        file, content.length, Integer.BYTES, sides, i -> buffer.getInt(Integer.BYTES * i));
  }

  /** Bytes: bit 7 is the carry, the low m bits are the fraction. */
  static TableFile mantissas(Path file, byte[] content) {
    int bits = mantissaBits(file, content.length, 1, MAX_BYTE_MANTISSA);
    int unused = 0x7F & -(1 << bits);
    for (byte entry : content) {
      if ((entry & unused) != 0) {
        throw TableFile.bad(
            file,
            "holds the byte 0x%02x, but a table of %d mantissa bits has bit 7 and the lowest %d only"
                    .formatted(entry & 0xFF, bits, bits)
                + " (dialect=mantissa32 reads entries of 4 bytes)");
      }
    }
    return mantissas(bits, i -> entry(content[i] < 0, content[i] & 0x7F, bits));
  }

  /** Entries of 4 bytes: bit 31 is the carry, bits 22 to 23 - m are the fraction. */
  static TableFile wideMantissas(Path file, byte[] content) {
    int bits = mantissaBits(file, content.length, Integer.BYTES, MAX_MANTISSA);
    int shift = FLOAT_MANTISSA - bits;
    ByteBuffer buffer = buffer(content);
    int used = 1 << 31 | ((1 << bits) - 1) << shift;
    for (int i = 0; i < content.length; i += Integer.BYTES) {
      if ((buffer.getInt(i) & ~used) != 0) {
        throw TableFile.bad(
            file,
            "holds 0x%08x, but 4-byte entries of %d mantissa bits use bit 31 and bits %d to 22 only"
                .formatted(buffer.getInt(i), bits, shift));
      }
    }
    return mantissas(
        bits,
        i -> {
          int entry = buffer.getInt(Integer.BYTES * i);
          return entry(entry < 0, entry >> shift, bits);
        });
  }

  private static int entry(boolean carry, int fraction, int bits) {
    return (carry ? 1 << bits : 0) | (fraction & ((1 << bits) - 1));
  }

  /** A table of fractions of so many bits. */
  static TableFile mantissas(int bits, IntToDoubleFunction entry) {
    double[] entries = new double[1 << (2 * bits)];
    Arrays.setAll(entries, entry);
    return new TableFile(1 << bits, 1 << bits, entries);
  }

  private static int mantissaBits(Path file, int bytes, int entryBytes, int max) {
    int bits = bytes % entryBytes == 0 ? TableFile.sideBits(bytes / entryBytes, 1, max) : -1;
    if (bits < 0) {
      String sizes = "%d * 4^m for m = 1 to %d mantissa bits".formatted(entryBytes, max);
      throw TableFile.bad(file, "has " + bytes + " bytes, expected " + sizes);
    }
    OptionalInt named = namedWidth(file);
    if (named.orElse(bits) != bits) {
      throw refusedName(file, bytes, bits, entryBytes, named.getAsInt());
    }
    return bits;
  }

  private static Fp8simException refusedName(
      Path file, int bytes, int bits, int entryBytes, int named) {
    return TableFile.bad(
        file,
        ("has %d bytes: %d mantissa bits in entries of %d bytes, but its name says %d; dialect=%s"
                + " reads the other size of entries, or rename the file")
            .formatted(
                bytes, bits, entryBytes, named, entryBytes == 1 ? "mantissa32" : "mantissa"));
  }

  /** The width of fractions that a file's name gives, as ApproxTrain's do. */
  static OptionalInt namedWidth(Path file) {
    Matcher matcher = NAMED_WIDTH.matcher(String.valueOf(file.getFileName()));
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  private static TableFile products(
      Path file, int bytes, int entryBytes, TableSides sides, IntToDoubleFunction entry) {
    TableSides found =
        sides
            .of(bytes % entryBytes == 0 ? bytes / entryBytes : 0)
            .orElseThrow(
                () ->
                    TableFile.bad(
                        file,
                        "has %d bytes, expected %s".formatted(bytes, sides.expected(entryBytes))));
    int bitsA = found.bitsA().getAsInt();
    int bitsW = found.bitsB().getAsInt();
    double[] entries = new double[TableFile.requireEntries(file, bitsA, bitsW)];
    Arrays.setAll(entries, entry);
    return new TableFile(1 << bitsA, 1 << bitsW, entries);
  }

  static ByteBuffer buffer(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }
}
