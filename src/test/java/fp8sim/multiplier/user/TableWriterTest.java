package fp8sim.multiplier.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.IntegerFormat;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.model.Multipliers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Written and read again, a table gives the same products. */
class TableWriterTest {
  private static final FloatGrid E4M3 = new FloatGrid(FloatFormat.of(4, 3), 8);

  @TempDir private Path folder;

  private static ProductSetting integers(int bitsA, int bitsW, boolean signed) {
    return ProductSetting.unrounded(
        new IntegerGrid(new IntegerFormat(bitsA), signed),
        new IntegerGrid(new IntegerFormat(bitsW), signed),
        null);
  }

  private static ProductSetting rounded(FloatGrid grid) {
    return new ProductSetting(grid, grid, grid, new ProductRounding.Nearest(grid));
  }

  private Multiplier written(TableDialect dialect, Multiplier model, ProductSetting setting) {
    Path file = folder.resolve("table.bin");
    String specification = new TableWriter(dialect, model, setting).write(file);
    Multiplier read = Multipliers.parse(specification);
    assertThat(Multipliers.parse(read.name())).isEqualTo(read);
    return read;
  }

  private void assertSame(TableDialect dialect, String model, ProductSetting setting) {
    Multiplier original = Multipliers.parse(model);
    BoundProduct expected = original.bind(setting);
    BoundProduct found = written(dialect, original, setting).bind(setting);
    for (int a = 0; a < 1 << setting.a().codeBits(); a++) {
      for (int w = 0; w < 1 << setting.w().codeBits(); w++) {
        if (expected.of(a, w) != found.of(a, w)) {
          assertThat(found.of(a, w)).as("%s: %d, %d", dialect, a, w).isEqualTo(expected.of(a, w));
        }
      }
    }
  }

  static Stream<Arguments> integerTables() {
    List<Arguments> all = new ArrayList<>();
    for (TableDialect dialect : TableDialect.values()) {
      for (int[] bits : new int[][] {{8, 8}, {4, 4}, {2, 2}, {7, 5}, {3, 9}, {10, 10}}) {
        for (boolean signed : new boolean[] {false, true}) {
          boolean sixteen = dialect == TableDialect.UINT16LE && bits[0] + bits[1] > 16;
          boolean others = bits[0] != bits[1] || (bits[0] != 4 && bits[0] != 8);
          if (!dialect.isOfMantissas()
              && !sixteen
              && !(dialect == TableDialect.APPROXTORCH && others)) {
            all.add(Arguments.of(dialect, bits[0], bits[1], signed));
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("integerTables")
  void integers(TableDialect dialect, int bitsA, int bitsW, boolean signed) {
    assertSame(dialect, "mitchell", integers(bitsA, bitsW, signed));
  }

  @ParameterizedTest
  @EnumSource(
      value = TableDialect.class,
      names = {"INT32LE", "MEMH", "NPY"})
  void theWidestIntegers(TableDialect dialect) {
    assertSame(dialect, "truncated:k=3", integers(12, 12, true));
  }

  @ParameterizedTest
  @EnumSource(value = TableDialect.class, names = "APPROXTORCH", mode = EnumSource.Mode.EXCLUDE)
  void minifloats(TableDialect dialect) {
    assertSame(dialect, "mitchell", rounded(E4M3));
  }

  /** Values of any multiplier, of operands with other fractions. */
  @ParameterizedTest
  @CsvSource({"NPY, exact", "TEXT, exact", "MATRIX, study:compensation=1", "NPY, drum:k=3"})
  void valuesOfMinifloats(TableDialect dialect, String model) {
    FloatGrid e2m2 = new FloatGrid(FloatFormat.of(2, 2), 1);
    assertSame(dialect, model, ProductSetting.unrounded(E4M3, e2m2, E4M3));
  }

  @ParameterizedTest
  @CsvSource({"adder, UINT16LE", "adder:compensation=2, MEMH", "adder, C_INT16"})
  void codesOfAWiderResult(String model, TableDialect dialect) {
    FloatGrid result = new FloatGrid(FloatFormat.of(5, 3), 16);
    assertSame(dialect, model, ProductSetting.unrounded(E4M3, E4M3, result));
  }

  @ParameterizedTest
  @CsvSource({"MANTISSA16, 10", "MANTISSA32, 10", "MANTISSA, 7", "MANTISSA16, 1"})
  void mantissasOfWideFormats(TableDialect dialect, int bits) {
    FloatGrid grid = new FloatGrid(FloatFormat.of(5, bits), 15);
    ProductSetting setting = ProductSetting.unrounded(grid, grid, grid);
    Multiplier mitchell = Multipliers.parse("mitchell");
    Multiplier read = written(dialect, mitchell, setting);
    BoundProduct expected = mitchell.bind(setting);
    BoundProduct found = read.bind(setting);
    int codes = 1 << grid.codeBits();
    for (int i = 0; i < 200_000; i++) {
      int a = (int) (i * 7919L % codes);
      int w = (int) (i * 104_729L % codes);
      assertThat(found.of(a, w)).isEqualTo(expected.of(a, w));
    }
    // From one dialect of fractions to another.
    Path again = folder.resolve("again.bin");
    String specification = new TableWriter(TableDialect.MANTISSA32, read, setting).write(again);
    assertThat(((TableProduct) Multipliers.parse(specification)).table())
        .isEqualTo(((TableProduct) read).table());
  }

  @Test
  void theManifestIsChecked() throws IOException {
    written(TableDialect.MANTISSA16, Multipliers.parse("mitchell"), rounded(E4M3));
    Path table = folder.resolve("table.bin");
    Path manifest = folder.resolve("table.manifest.json");
    assertThat(Files.size(table)).isEqualTo(2 * 64);
    // Recognised by its manifest.
    TableProduct read = (TableProduct) Multipliers.parse("table:file=" + table);
    assertThat(read.dialect()).isEqualTo(TableDialect.MANTISSA16);
    String text = Files.readString(manifest);
    for (String[] change :
        new String[][] {
          {"\"element_size_bytes\": 2", "\"element_size_bytes\": 3", "element_size_bytes"},
          {"\"element_size_bytes\": 2", "\"element_size_bytes\": 4", "shape"},
          {"bit3 norm", "bit7 norm", "q_format"},
          {"little", "big", "binary_byte_order"},
          {"\"data_sha256\": \"", "\"data_sha256\": \"0", "data_sha256"}
        }) {
      Files.writeString(manifest, text.replace(change[0], change[1]));
      assertThatThrownBy(() -> Multipliers.parse("table:file=" + table))
          .isInstanceOfSatisfying(
              Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
          .hasMessageContaining(change[2]);
    }
    Files.delete(manifest);
    assertThat(Multipliers.parse("table:dialect=mantissa16,file=" + table)).isEqualTo(read);
  }

  /** What ApproxTorch reads: a line for each first operand, both from the lowest on. */
  @Test
  void linesOfApproxTorch() throws IOException {
    Multiplier read =
        written(TableDialect.APPROXTORCH, Multipliers.parse("exact"), integers(8, 8, true));
    List<String> lines = Files.readAllLines(folder.resolve("table.bin"));
    assertThat(lines).hasSize(256);
    assertThat(lines.getFirst()).startsWith("16384 16256 16128 ").endsWith(" -16256");
    assertThat(lines.getLast()).endsWith(" 16129");
    assertThat(read.name()).endsWith("dialect=approxtorch,entry=integer,signed=true,order=value");
  }

  @Test
  void headersOfAdaPt() throws IOException {
    written(TableDialect.C_INT16, Multipliers.parse("exact"), integers(8, 8, true));
    assertThat(Files.readString(folder.resolve("table.bin")))
        .startsWith("#include <stdint.h>\n\nconst int16_t lut[256][256] = {\n{0, 0, ")
        .endsWith("1}\n};\n");
  }

  @Test
  void costsAreKept() throws IOException {
    String text = "# PDK45_PWR = 0.3 mW\n# PDK45_AREA = 12.5 um2\n# FPGA_LUT = 3\n";
    Path file = folder.resolve("m.txt");
    Files.writeString(file, text + "1 2 3 4\n".repeat(4));
    Multiplier model = Multipliers.parse("table:signed=false,file=" + file);
    assertThat(model.costs()).hasSize(2);
    assertThat(model.costs().getFirst().power()).hasValue(0.3);
    for (TableDialect dialect :
        List.of(TableDialect.TEXT, TableDialect.MATRIX, TableDialect.MEMH, TableDialect.C_INT16)) {
      assertThat(written(dialect, model, integers(2, 2, false)).costs())
          .as("%s", dialect)
          .isEqualTo(model.costs());
    }
  }

  private void assertRefused(
      TableDialect dialect, String model, ProductSetting setting, String message) {
    Path file = folder.resolve("refused");
    assertThatThrownBy(
            () -> new TableWriter(dialect, Multipliers.parse(model), setting).write(file))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
    assertThat(file).doesNotExist();
  }

  @Test
  void whatADialectCannotHoldIsRefused() {
    assertRefused(
        TableDialect.UINT16LE,
        "exact",
        integers(9, 8, false),
        "the product of 258 and 255 is 65790, no unsigned 16-bit integer");
    assertRefused(TableDialect.APPROXTORCH, "exact", integers(5, 5, true), "4 x 4 or 8 x 8 bits");
    ProductSetting floats = ProductSetting.unrounded(E4M3, E4M3, E4M3);
    assertRefused(TableDialect.MEMH, "exact", floats, "no number of the result's format e4m3");
    assertRefused(TableDialect.MANTISSA, "exact", floats, "which a carry and 3 bits cannot hold");
    assertRefused(
        TableDialect.MANTISSA, "study:compensation=1", rounded(E4M3), "so this dialect cannot");
    assertRefused(TableDialect.MANTISSA16, "exact", integers(8, 8, true), "minifloats only");
    FloatGrid wide = new FloatGrid(FloatFormat.of(5, 10), 15);
    ProductSetting halves = ProductSetting.unrounded(wide, wide, wide);
    assertRefused(
        TableDialect.MANTISSA, "mitchell", halves, "10 mantissa bits are more than the 7");
    assertRefused(TableDialect.NPY, "mitchell", halves, "too wide for a table of 12 x 12 bits");
    assertRefused(TableDialect.MANTISSA16, "exact", halves, "too wide to look at all products");
  }

  private Multiplier memh(String text, String options) throws IOException {
    Path file = folder.resolve("m.memh");
    Files.writeString(file, text);
    return Multipliers.parse("table:file=" + file + options);
  }

  @Test
  void wordsOfMemories() throws IOException {
    String text =
        """
        // products
        @4 0 1 2 3 /* a
        comment */ @0000_0000
        0 0 0 0
        @8 _0 2 4/**/6
        // the last row
        @C
        0 3 6 9
        """;
    Multiplier model = memh(text, ",signed=false");
    assertThat(((TableProduct) model).dialect()).isEqualTo(TableDialect.MEMH);
    BoundProduct product = model.bind(integers(2, 2, false));
    for (int i = 0; i < 16; i++) {
      assertThat(product.of(i >> 2, i & 3)).isEqualTo((i >> 2) * (i & 3));
    }
    BoundProduct signed = memh(text.replace("9", "f"), ",signed=true").bind(integers(2, 2, true));
    assertThat(signed.of(3, 3)).isEqualTo(-1);
    BoundProduct wide = memh(text.replace("9", "fffE"), ",signed=true").bind(integers(2, 2, true));
    assertThat(wide.of(3, 3)).isEqualTo(-2);
    assertThat(wide.of(3, 2)).isEqualTo(6);
    Multiplier narrow =
        memh("0 0 0 0 0 0 0 0 0 1 2 3 4 5 6 7 ".repeat(2), ",signed=false,bits-b=3");
    assertThat(narrow.bind(integers(2, 3, false)).of(3, 7)).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "'0 0\n0x 1', 'line 2: ''0x'' is not known (x or z)'",
    "'0 z', is not known",
    "'0 g', is no hexadecimal word",
    "'123456789', is no hexadecimal word",
    "'00000000000000000000', 'is too long a word'",
    "'0 /* 1', a comment does not end",
    "'0 / 1', starts no comment",
    "'@1000000 0', is beyond 12 x 12 bits",
    "'@ 0', is no hexadecimal word",
    "'0 1 @0 2', 'address 0 has a word already'",
    "'1 2 3', 'has 3 words, expected 1 * 4^n'",
    "'@0 1 2 3 4 @8 1 2 3 4 5 6 7 8', 'has no product of 1 and 0'"
  })
  void mistakesInMemoriesAreNamed(String text, String message) {
    assertThatThrownBy(() -> memh(text, ",signed=false,dialect=memh"))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining(message);
  }

  @Test
  void widthsThatDiffer() throws IOException {
    ProductSetting setting = integers(8, 4, false);
    Path named = folder.resolve("mul8x4u_X.bin");
    new TableWriter(TableDialect.UINT16LE, Multipliers.EXACT, setting).write(named);
    assertThat(Multipliers.parse("table:file=" + named).bind(setting).of(255, 15)).isEqualTo(3825);
    Path plain = Files.copy(named, folder.resolve("plain.bin"));
    // 4096 entries are also those of 6 x 6 bits.
    TableProduct square = (TableProduct) Multipliers.parse("table:signed=false,file=" + plain);
    assertThat(square.table().bitsA()).isEqualTo(6);
    for (String sides : new String[] {"bits-a=8", "bits-b=4", "bits-a=8,bits-b=4"}) {
      Multiplier model = Multipliers.parse("table:signed=false,file=" + plain + "," + sides);
      assertThat(model.bind(setting).of(200, 15)).isEqualTo(3000);
    }
    assertThatThrownBy(
            () -> Multipliers.parse("table:signed=false,bits-a=8,bits-b=5,file=" + plain))
        .hasMessageContaining("has 8192 bytes, the size of no table");
    assertThatThrownBy(
            () ->
                Multipliers.parse(
                    "table:signed=false,bits-a=7,bits-b=4,dialect=uint16le,file=" + plain))
        .hasMessageContaining("has 8192 bytes, expected 4096 for 7 x 4 bits");
    assertThatThrownBy(() -> Multipliers.parse("table:signed=false,bits-a=13,file=" + plain))
        .hasMessageContaining("bits-a must be 2..12");
    Path matrix = folder.resolve("m.csv");
    Files.writeString(matrix, "1 2 3 4 5 6 7 8\n".repeat(4));
    assertThatThrownBy(() -> Multipliers.parse("table:signed=false,bits-a=3,file=" + matrix))
        .hasMessageContaining("is of 2 x 3 bits, which bits-a=, bits-b= or its name contradicts");
  }
}
