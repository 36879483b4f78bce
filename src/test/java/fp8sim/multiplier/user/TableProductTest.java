package fp8sim.multiplier.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.IntegerFormat;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.model.Multipliers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("ByteBufferBackingArray") // buffers of these tests have arrays of their own
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
        .hasMessageContaining("has no product of 0 and 0, which a table of 2 x 9 bits has");
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
      Multiplier model = Multipliers.parse(specification);
      assertThat(ProductTable.tabulate(model, FLOATS).floats()).isEqualTo(exact.floats());
      assertThat(Multipliers.parse(model.name())).isEqualTo(model);
    }
    ProductSetting extended =
        ProductSetting.unrounded(new FloatGrid(E4M3.extended(), 8), GRID, GRID);
    Multiplier model = Multipliers.parse("table:dialect=npy,file=" + valueFile);
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
    Multiplier model = Multipliers.parse("table:dialect=mantissa,file=" + file);
    ProductTable mitchell = ProductTable.tabulate(Multipliers.parse("mitchell"), FLOATS);
    assertThat(ProductTable.tabulate(model, FLOATS).floats()).isEqualTo(mitchell.floats());
    FloatGrid other = new FloatGrid(FloatFormat.of(3, 4), 4);
    assertThatThrownBy(() -> model.bind(ProductSetting.unrounded(other, other, other)))
        .hasMessageContaining("4 mantissa bits");
  }

  private static int wrong(int a, int b, boolean narrow) {
    return narrow ? wrong(a, b) - 1 : wrong(a, b);
  }

  /** A matrix with 8 x 16 operands of 3 and 4 bits. */
  private String matrix(boolean signed, boolean ascending, String separator, boolean named) {
    StringBuilder text = new StringBuilder();
    if (named) {
      text.append("a\\b");
      for (int j = 0; j < 16; j++) {
        text.append(separator).append(operand(j, 4, signed, ascending));
      }
      text.append('\n');
    }
    for (int i = 0; i < 8; i++) {
      int a = operand(i, 3, signed, ascending);
      if (named) {
        text.append(a).append(separator);
      }
      for (int j = 0; j < 16; j++) {
        int b = operand(j, 4, signed, ascending);
        text.append(wrong(a, b, true)).append(j == 15 ? "\n" : separator);
      }
    }
    return text.toString();
  }

  private static int operand(int index, int bits, boolean signed, boolean ascending) {
    int half = 1 << (bits - 1);
    return !signed ? index : ascending ? index - half : index < half ? index : index - 2 * half;
  }

  private void assertNarrow(String specification, boolean signed) {
    Grid a = new IntegerGrid(new IntegerFormat(3), signed);
    Grid w = new IntegerGrid(new IntegerFormat(4), signed);
    ProductTable table = table(specification, a, w);
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 16; j++) {
        int expected = wrong(operand(i, 3, signed, false), operand(j, 4, signed, false), true);
        assertThat(table.of(i, j)).as("%d, %d", i, j).isEqualTo(expected);
      }
    }
  }

  @Test
  void matricesOfAnyWidthWithOrWithoutHeadings() {
    for (String separator : new String[] {" ", ",", ";", ", "}) {
      for (boolean named : new boolean[] {false, true}) {
        Path file = write("m.csv", matrix(false, false, separator, named));
        assertNarrow("signed=false,file=" + file, false);
        Path codes = write("codes.csv", matrix(true, false, separator, named));
        assertNarrow("signed=true,file=" + codes, true);
        Path values = write("values.csv", matrix(true, true, separator, named));
        assertNarrow("signed=true,order=value,file=" + values, true);
        if (named) {
          // The operands that the file names decide.
          assertNarrow("signed=true,file=" + values, true);
          assertThatThrownBy(() -> assertNarrow("signed=false,file=" + values, false))
              .hasMessageContaining("names the operand -4");
        }
      }
    }
    Path odd = write("odd.csv", "1 2 3 4 5\n".repeat(7));
    assertThatThrownBy(() -> table("signed=false,file=" + odd, UNSIGNED, UNSIGNED))
        .hasMessageContaining("has 7 lines of 5 numbers");
    Path ragged = write("ragged.csv", "1 2 3\n" + "1 2 3 4\n".repeat(4));
    assertThatThrownBy(
            () -> table("signed=false,dialect=matrix,file=" + ragged, UNSIGNED, UNSIGNED))
        .hasMessageContaining("line 1: 3 numbers");
  }

  @Test
  void triplesWithAHeadingAndHexadecimalNumbers() {
    StringBuilder text = new StringBuilder("b;a;product\n");
    for (int a = 0; a < 8; a++) {
      for (int b = 0; b < 16; b++) {
        text.append("0x%x;%d;0x%X%n".formatted(b, a, wrong(a, b, true) & 0xFF));
      }
    }
    Path file = write("mul.csv", text.toString().replace("0xFF", "-1"));
    assertNarrow("signed=false,file=" + file, false);
    Path twice = write("twice.csv", text + "0;0;5\n");
    assertThatThrownBy(() -> assertNarrow("signed=false,file=" + twice, false))
        .hasMessageContaining("another product of 0 and 0 than before");
  }

  @Test
  void narrowAndWideBinaryTables() {
    ByteBuffer bytes = buffer(2 << 8);
    for (int i = 0; i < 1 << 8; i++) {
      bytes.putShort((short) wrong(i >> 4, i & 15));
    }
    Path file = write("four.bin", bytes.array());
    Grid int4 = new IntegerGrid(new IntegerFormat(4), false);
    assertThat(table("signed=false,file=" + file, int4, int4).of(15, 15)).isEqualTo(226);
    assertThatThrownBy(() -> table("signed=false,file=" + file, UNSIGNED, int4))
        .hasMessageContaining("is a table of 4 x 4 bits, too narrow for int8");
    ByteBuffer wide = buffer(2 << 20);
    for (int i = 0; i < 1 << 20; i++) {
      wide.putShort((short) wrong(i << 12 >> 22, i << 22 >> 22));
    }
    Path ten = write("mul10s_X.bin", wide.array());
    ProductTable table = table("file=" + ten, SIGNED, SIGNED);
    assertThat(table.of(0x81, 0x7F)).isEqualTo(wrong(-127, 127));
  }

  @Test
  void integersOfNumPy() {
    String[] types = {"<i2", ">i2", "<i4", "<i8", "<f8"};
    for (String type : types) {
      boolean big = type.charAt(0) == '>';
      int size = type.charAt(2) - '0';
      ByteBuffer bytes =
          ByteBuffer.allocate(128 + (size << 7))
              .order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});

      bytes.put(
          "{'descr': '%s', 'fortran_order': %s, 'shape': (8, 16), }"
              .formatted(type, big ? "True" : "False")
              .getBytes(StandardCharsets.US_ASCII));
      bytes.position(128);
      for (int k = 0; k < 128; k++) {
        int i = big ? k % 8 : k / 16;
        int j = big ? k / 8 : k % 16;
        long product = wrong(operand(i, 3, true, false), operand(j, 4, true, false), true);
        switch (type.substring(1)) {
          case "i2" -> bytes.putShort((short) product);
          case "i4" -> bytes.putInt((int) product);
          case "i8" -> bytes.putLong(product);
          default -> bytes.putDouble((double) product);
        }
      }
      Path file = write("t.npy", bytes.array());
      assertNarrow("entry=integer,signed=true,file=" + file, true);
    }
  }

  /** 4-byte entries hold a fraction of float32 below the carry in the sign bit. */
  @Test
  void mantissasOfFourBytesAreNotTakenForOneByteEntries() {
    ByteBuffer bytes = buffer(4 << 6);
    for (int i = 0; i < 64; i++) {
      int sum = (i >> 3) + (i & 7);
      bytes.putInt((sum >= 8 ? 1 << 31 : 0) | (sum & 7) << 20);
    }
    Path file = write("MIT_3.bin", bytes.array());
    ProductTable mitchell = ProductTable.tabulate(Multipliers.parse("mitchell"), FLOATS);
    for (String specification : new String[] {"", ",dialect=mantissa32"}) {
      Multiplier model = Multipliers.parse("table:file=" + file + specification);
      assertThat(ProductTable.tabulate(model, FLOATS).floats()).isEqualTo(mitchell.floats());
      assertThat(Multipliers.parse(model.name())).isEqualTo(model);
    }
    assertThatThrownBy(() -> Multipliers.parse("table:dialect=mantissa,file=" + file))
        .hasMessageContaining("its name says 3; dialect=mantissa32");
    Path unnamed = write("table", bytes.array());
    assertThatThrownBy(() -> Multipliers.parse("table:dialect=mantissa,file=" + unnamed))
        .hasMessageContaining("dialect=mantissa32");
    assertThatThrownBy(() -> Multipliers.parse("table:file=" + unnamed))
        .hasMessageContaining("has 256 bytes, which several dialects have");
    Path nothing = write("x.bin", new byte[] {0, 1, 2});
    assertThatThrownBy(() -> Multipliers.parse("table:file=" + nothing))
        .hasMessageContaining("has 3 bytes, the size of no table");
  }

  @Test
  void dialectsAreRecognised() {
    assertSigned(table("file=" + signedShorts(), SIGNED, SIGNED));
    StringBuilder header = new StringBuilder("const int16_t t[16] = {");
    for (int i = 0; i < 16; i++) {
      header.append(wrong(i / 4, i % 4)).append(',');
    }
    Path file = write("t.h", header.append("};").toString());
    Grid int2 = new IntegerGrid(new IntegerFormat(2), false);
    assertThat(table("signed=false,file=" + file, int2, int2).of(3, 3)).isEqualTo(10);
  }

  @Test
  void mistakesAreNamed() {
    Path file = write("short.bin", new byte[10]);
    assertThatThrownBy(() -> table("signed=true,dialect=uint16le,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("short.bin has 10 bytes, expected 2 * 4^n")
        .hasMessageContaining("131072");
    assertThatThrownBy(() -> table("dialect=uint16le,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("signed=true or signed=false must be given");
    assertThatThrownBy(() -> table("dialect=npy,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("is not a NumPy file");
    assertThatThrownBy(() -> table("dialect=mantissa,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("has 10 bytes");
    assertThatThrownBy(() -> table("dialect=c-int16,signed=true,file=" + file, SIGNED, SIGNED))
        .hasMessageContaining("0 numbers");
    Multiplier integers = Multipliers.parse("table:dialect=uint16le,file=" + signedShorts());
    assertThatThrownBy(() -> integers.bind(FLOATS))
        .hasMessageContaining("multiplies integers (--format int8), not e4m3 and e4m3");
  }
}
