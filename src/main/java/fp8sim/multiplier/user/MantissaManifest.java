package fp8sim.multiplier.user;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.common.JsonFields;
import fp8sim.common.Sha256;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Tables of fractions with a manifest: little-endian entries of 2 or 4 bytes, bit m the carry into
 * the exponent, the low m bits the fraction; {@code NAME.manifest.json} beside {@code NAME.bin}
 * repeats what they are.
 */
final class MantissaManifest {
  static final int MAX_MANTISSA = 10;
  private static final int SIDE = 1 << MAX_MANTISSA;
  private static final int SCHEMA = 2;
  private static final String ORDER = "little";

  private MantissaManifest() {}

  /** The manifest of a table, whether there is one or not. */
  static Path of(Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.bin$", "");
    return file.resolveSibling(name + ".manifest.json");
  }

  /** Reads a table, and checks it against its manifest if it has one. */
  static TableFile read(Path file, byte[] content) {
    Path manifest = of(file);
    int entryBytes = Short.BYTES;
    if (Files.isRegularFile(manifest)) {
      entryBytes = checked(JsonFields.read(manifest), content);
    }
    int bits =
        content.length % entryBytes == 0
            ? TableFile.sideBits(content.length / entryBytes, 1, MAX_MANTISSA)
            : -1;
    if (bits < 0) {
      throw TableFile.bad(
          file,
          "has %d bytes, expected %d * 4^m for m = 1 to %d mantissa bits"
              .formatted(content.length, entryBytes, MAX_MANTISSA));
    }
    return table(file, content, entryBytes, bits);
  }

  private static TableFile table(Path file, byte[] content, int entryBytes, int bits) {
    ByteBuffer buffer = BinaryTable.buffer(content);
    double[] entries = new double[content.length / entryBytes];
    Arrays.setAll(
        entries,
        i -> entryBytes == Short.BYTES ? buffer.getShort(2 * i) & 0xFFFF : buffer.getInt(4 * i));
    for (double entry : entries) {
      if (entry < 0 || entry >= 2 << bits) {
        throw TableFile.bad(
            file,
            "holds the entry %d, but one of %d mantissa bits has bits 0 to %d only"
                .formatted((long) entry, bits, bits));
      }
    }
    return new TableFile(1 << bits, 1 << bits, entries);
  }

  /** The size of entries, by a manifest that agrees with the table. */
  private static int checked(JsonFields manifest, byte[] content) {
    int entryBytes = manifest.integer("element_size_bytes", Short.BYTES, Integer.BYTES);
    if (entryBytes == 3) {
      throw manifest.fail("element_size_bytes", "must be 2 or 4");
    }
    int[] shape = manifest.integers("shape", 2, SIDE);
    if (shape.length != 2
        || shape[0] != shape[1]
        || (long) shape[0] * shape[1] * entryBytes != content.length) {
      throw manifest.fail("shape", "is not that of a table of %d bytes".formatted(content.length));
    }
    requireEqual(manifest, "binary_byte_order", ORDER);
    requireEqual(manifest, "q_format", entries(Integer.numberOfTrailingZeros(shape[0])));
    requireEqual(manifest, "data_sha256", Sha256.of(content));
    return entryBytes;
  }

  private static void requireEqual(JsonFields manifest, String key, String expected) {
    if (manifest.has(key) && !manifest.string(key).equals(expected)) {
      throw manifest.fail(key, "must be \"" + expected + "\" for this table");
    }
  }

  /** What the bits of an entry mean, as manifests say it. */
  private static String entries(int bits) {
    return "bit%d normalization + bits%d:0 fraction".formatted(bits, bits - 1);
  }

  /**
   * The manifest of a table.
   *
   * @param name of the file with the entries
   * @param content its bytes, 2 for each entry
   */
  static JsonObject json(String name, byte[] content, int bits) {
    JsonArray shape = new JsonArray();
    shape.add(1 << bits);
    shape.add(1 << bits);
    String hash = Sha256.of(content);
    JsonObject binary = new JsonObject();
    binary.addProperty("name", name);
    binary.addProperty("file_size_bytes", content.length);
    binary.addProperty("sha256", hash);
    JsonObject files = new JsonObject();
    files.add("binary", binary);
    JsonObject json = new JsonObject();
    json.addProperty("schema_version", SCHEMA);
    json.add("shape", shape);
    json.addProperty("logical_dtype", "uint16");
    json.addProperty("q_format", entries(bits));
    json.addProperty("layout", "row-major");
    json.addProperty("lut_order", "LUT[A][B]");
    json.addProperty("element_count", 1 << (2 * bits));
    json.addProperty("element_size_bytes", Short.BYTES);
    json.addProperty("data_size_bytes", content.length);
    json.addProperty("binary_byte_order", ORDER);
    json.addProperty("data_sha256", hash);
    json.add("files", files);
    return json;
  }
}
