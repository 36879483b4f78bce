package fp8sim.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.IntegerFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableProductTest {
  private static final Grid UNSIGNED = new IntegerGrid(new IntegerFormat(8), false);
  private static final Grid SIGNED = new IntegerGrid(new IntegerFormat(8), true);
  private static final FloatFormat E4M3 = FloatFormat.of(4, 3);
  private static final FloatGrid GRID = new FloatGrid(E4M3, 8);
  private static final ProductSetting FLOATS = ProductSetting.unrounded(GRID, GRID, GRID);

  @TempDir private Path folder;

  private Path write(String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Path write(String name, String content) {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ProductTable table(String specification, Grid a, Grid w) {
    ProductSetting setting = ProductSetting.unrounded(a, w, null);
    return ProductTable.tabulate(Multipliers.parse("table:" + specification), setting);
  }

  /** A wrong product that depends on both operands: exact plus one where both are odd. */
  private static int wrong(int a, int b) {
    return a * b + (a & b & 1);
  }

  private Path signedShorts() {
    ByteBuffer bytes = buffer(2 << 16);
    for (int i = 0; i < 1 << 16; i++) {
      bytes.putShort((short) wrong((byte) (i >> 8), (byte) i));
    }
    return write("mul8s_X.bin", bytes.array());
  }

  private static void assertSigned(ProductTable table) {
    float[] expected = new float[1 << 16];
    for (int i = 0; i < 1 << 16; i++) {
      expected[i] = wrong((byte) (i >> 8), (byte) i);
    }
    assertThat(Arrays.mismatch(table.floats(), expected)).isNegative();
  }

  @Test
  void littleEndianSixteenBits() {
    assertSigned(table("file=" + signedShorts() + ",dialect=uint16le", SIGNED, SIGNED));
    ByteBuffer bytes = buffer(2 << 16);
    for (int i = 0; i < 1 << 16; i++) {
      bytes.putShort((short) wrong(i >> 8, i & 255));
    }
    Path file = write("products.bin", bytes.array());
    ProductTable table = table("signed=false,dialect=uint16le,file=" + file, UNSIGNED, UNSIGNED);
    assertThat(table.of(255, 255)).isEqualTo(65026);
    assertThat(table.of(3, 200)).isEqualTo(600);
  }

  @Test
  void littleEndianThirtyTwoBits() {
    ByteBuffer bytes = buffer(4 << 16);
    for (int i = 0; i < 1 << 16; i++) {
      bytes.putInt(wrong((byte) (i >> 8), (byte) i));
    }
    Path file = write("p.bin", bytes.array());
    assertSigned(table("file=" + file + ",dialect=int32le,signed=true", SIGNED, SIGNED));
  }

  @Test
  void headersInC() {
    StringBuilder text = new StringBuilder("/* 256 x 256 */ const int16_t lut[256][256] = {\n");
    for (int a = 0; a < 256; a++) {
      text.append('{');
      for (int b = 0; b < 256; b++) {
        text.append(wrong((byte) a, (byte) b)).append(", ");
      }
      text.append("}, // row ").append(a).append('\n');
    }
    Path file = write("lut.h", text.append("};").toString());
    assertSigned(table("file=" + file + ",dialect=c-int16,signed=true", SIGNED, SIGNED));
  }

  @Test
  void linesOfText() {
    StringBuilder text = new StringBuilder("# a b p\n");
    for (int a = -128; a < 128; a++) {
      for (int b = 127; b >= -128; b--) {
        text.append(a).append(' ').append(b).append(' ').append(wrong(a, b)).append('\n');
      }
    }
    Path file = write("p.txt", text.toString());
    assertSigned(table("file=" + file + ",dialect=text,signed=true", SIGNED, SIGNED));
    Path half = write("half.txt", text.substring(0, text.indexOf("-1 127")));
    assertThatThrownBy(() -> table("file=" + half + ",dialect=text,signed=true", SIGNED, SIGNED))
        .hasMessageContaining("has no product of");
    Path bad = write("bad.txt", "1 2 3\n1 300 3\n");
    assertThatThrownBy(() -> table("file=" + bad + ",dialect=text,signed=false", SIGNED, SIGNED))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("line 2: operand 300 is not an integer in 0..255");
  }

  /** Activations with a zero point are unsigned, weights signed: both kinds of table serve them. */
  @Test
  void signsOfOperandsAndTablesMayDiffer() {
    ProductTable signed = table("file=" + signedShorts() + ",dialect=uint16le", UNSIGNED, SIGNED);
    for (int i = 0; i < 1 << 16; i++) {
      int a = i >> 8;
      int w = (byte) i;
      assertThat(signed.of(a, i & 255)).isEqualTo(wrong(a - 128, w) + 128 * w);
    }
    ByteBuffer bytes = buffer(2 << 16);
    for (int i = 0; i < 1 << 16; i++) {
      bytes.putShort((short) wrong(i >> 8, i & 255));
    }
    Path file = write("mul8u_Y.bin", bytes.array());
    ProductTable unsigned = table("file=" + file + ",dialect=uint16le", UNSIGNED, SIGNED);
    assertThat(unsigned.of(255, 0x81)).isEqualTo(-wrong(255, 127));
    assertThat(unsigned.of(255, 0x80)).isEqualTo(-255 * 128);
  }

  @Test
  void tablesOfCodesAndOfValues() {
    ByteBuffer codes = buffer(2 << 16);
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (256, 256), }";
    ByteBuffer values = buffer(128 + (4 << 16));
    values.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
    values.put(header.getBytes(StandardCharsets.ISO_8859_1)).position(128);
    ProductTable exact = ProductTable.tabulate(Multipliers.parse("mitchell"), roundedFloats());
    for (int i = 0; i < 1 << 16; i++) {
      double product = exact.of(i >> 8, i & 255);
      codes.putShort((short) GRID.code(product));
      values.putFloat((float) product);
    }
    Path codeFile = write("codes.bin", codes.array());
    Path valueFile = write("values.npy", values.array());
    for (String specification :
        new String[] {
          "table:file=" + codeFile + ",dialect=uint16le,entry=code",
          "table:file=" + valueFile + ",dialect=npy"
        }) {
      ProductModel model = Multipliers.parse(specification);
      assertThat(ProductTable.tabulate(model, FLOATS).floats()).isEqualTo(exact.floats());
      assertThat(Multipliers.parse(model.name())).isEqualTo(model);
    }
    ProductSetting extended =
        ProductSetting.unrounded(new FloatGrid(E4M3.extended(), 8), GRID, GRID);
    ProductModel model = Multipliers.parse("table:dialect=npy,file=" + valueFile);
    assertThatThrownBy(() -> model.bind(extended)).hasMessageContaining("512 and 256 codes");
  }

  private static ProductSetting roundedFloats() {
    return new ProductSetting(GRID, GRID, GRID, new ProductRounding.Nearest(GRID));
  }

  @Test
  void tablesOfMantissas() {
    byte[] entries = new byte[64];
    for (int i = 0; i < 64; i++) {
      int sum = (i >> 3) + (i & 7);
      entries[i] = (byte) (sum >= 8 ? 0x80 | (sum - 8) : sum);
    }
    Path file = write("m.bin", entries);
    ProductModel model = Multipliers.parse("table:dialect=mantissa,file=" + file);
    ProductTable mitchell = ProductTable.tabulate(Multipliers.parse("mitchell"), FLOATS);
    assertThat(ProductTable.tabulate(model, FLOATS).floats()).isEqualTo(mitchell.floats());
    FloatGrid other = new FloatGrid(FloatFormat.of(3, 4), 4);
    assertThatThrownBy(() -> model.bind(ProductSetting.unrounded(other, other, other)))
        .hasMessageContaining("4 mantissa bits");
  }

  @Test
  void mistakesAreNamed() {
    Path file = write("short.bin", new byte[10]);
    assertThatThrownBy(() -> table("signed=true,dialect=uint16le,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("short.bin has 10 bytes, expected 131072");
    assertThatThrownBy(() -> table("dialect=uint16le,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("signed=true or signed=false must be given");
    assertThatThrownBy(() -> table("dialect=npy,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("is not a NumPy file");
    assertThatThrownBy(() -> table("dialect=mantissa,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("has 10 bytes");
    assertThatThrownBy(() -> table("dialect=c-int16,signed=true,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("0 numbers");
    ProductModel integers = Multipliers.parse("table:dialect=uint16le,file=" + signedShorts());
    assertThatThrownBy(() -> integers.bind(FLOATS))
        .hasMessageContaining("multiplies integers (--format int8), not e4m3 and e4m3");
  }
}
