package fp8sim.multiplier.user.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.UnitCost;
import fp8sim.multiplier.measure.ErrorMeasures;
import fp8sim.multiplier.model.Multipliers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CProductTest {
  private static final Path EXAMPLES = Path.of("docs", "multipliers");

  @TempDir Path folder;

  private Multiplier read(String name, String text, String options) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return Multipliers.parse("c:file=" + file + options);
  }

  private Multiplier eight(String body) throws IOException {
    return read(
        "mul8u_T.c", "#include <stdint.h>\nuint32_t f(uint8_t a, uint8_t b) {\n" + body + "}", "");
  }

  private static ProductSetting integers(int bits, boolean signed) {
    IntegerGrid grid = new IntegerGrid(new IntegerFormat(bits), signed);
    return ProductSetting.unrounded(grid, grid, null);
  }

  private static void assertProducts(
      Multiplier multiplier, int bits, boolean signed, IntBinaryOperator expected) {
    BoundProduct product = multiplier.bind(integers(bits, signed));
    IntegerGrid grid = new IntegerGrid(new IntegerFormat(bits), signed);
    for (int a = 0; a < 1 << bits; a++) {
      for (int b = 0; b < 1 << bits; b++) {
        int x = grid.integer(a);
        int y = grid.integer(b);
        assertThat(product.of(a, b)).as("%d * %d", x, y).isEqualTo(expected.applyAsInt(x, y));
      }
    }
  }

  /** Sixty programs that were made at random; what they return, gcc 12 with -fwrapv computed. */
  @Test
  void programsReturnWhatGccComputes() throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    try (InputStream stream = CProductTest.class.getResourceAsStream("/c-programs.zip");
        ZipInputStream zip = new ZipInputStream(stream)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    List<String> programs = files.remove("expected.txt").lines().toList();
    assertThat(programs).hasSize(60);
    for (String line : programs) {
      String[] words = line.split(" ", -1);
      boolean signed = Boolean.parseBoolean(words[1]);
      BoundProduct product =
          read(words[0] + ".c", files.get(words[0] + ".c"), ",bits-a=8,bits-b=8,signed=" + signed)
              .bind(integers(8, signed));
      ByteBuffer results = ByteBuffer.allocate(65536 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 65536; i++) {
        results.putLong((long) product.of(i >> 8, i & 255));
      }
      CRC32 sum = new CRC32();
      sum.update(results.array());
      assertThat(Long.toHexString(sum.getValue()))
          .as(words[0])
          .isEqualTo(words[2].replaceFirst("^0+", ""));
    }
  }

  @Test
  void examples() {
    assertProducts(
        Multipliers.parse("c:file=" + EXAMPLES.resolve("exact8.c")), 8, false, (a, b) -> a * b);
    assertProducts(
        Multipliers.parse("c:file=" + EXAMPLES.resolve("truncated8.c")),
        8,
        false,
        (a, b) -> {
          int sum = 0;
          for (int i = 0; i < 8; i++) {
            int omitted = Math.max(0, 6 - i);
            int kept = b >> omitted << omitted;
            sum += (a & 1 << i) == 0 ? 0 : kept << i;
          }
          return sum;
        });
    Multiplier broken = Multipliers.parse("c:file=" + EXAMPLES.resolve("broken_carry8.c"));
    ErrorMeasures measures = ErrorMeasures.of(broken, integers(8, false));
    assertThat(measures.distance().probability()).isBetween(0.1, 0.9);
    assertThat(measures.spread().bias()).isNegative();
  }

  /** The example for FP8 is near to the exact product, and exact for powers of two. */
  @Test
  void codesOfMinifloats() {
    FloatFormat format = (FloatFormat) Formats.parse("ofp8-e4m3");
    FloatGrid grid = new FloatGrid(format, format.standardBias());
    ProductSetting setting = ProductSetting.unrounded(grid, grid, grid);
    Multiplier adder =
        Multipliers.parse("c:file=" + EXAMPLES.resolve("adder_e4m3.c") + ",entry=code");
    BoundProduct product = adder.bind(setting);
    int two = grid.code(2);
    for (int code = 0x08; code < 0x70; code++) {
      assertThat(product.of(two, code)).isEqualTo(2 * grid.value(code));
    }
    assertThat(product.of(grid.code(-1.25), grid.code(1.5))).isEqualTo(-1.875);
    assertThat(ErrorMeasures.of(adder, setting).relative().mean()).isBetween(0.01, 0.2);
    assertThatThrownBy(() -> adder.bind(integers(8, false))).isInstanceOf(Fp8simException.class);
  }

  @Test
  void signedOperandsOfAnyDeclaration() throws IOException {
    String narrow = "int16_t f(int8_t a, int8_t b) { return a * b; }";
    assertProducts(read("n.c", narrow, ""), 8, true, (a, b) -> a * b);
    String plain = "int f(int a, int b) { return a * b; }";
    assertProducts(read("p.c", plain, ",bits-a=5,bits-b=5"), 5, true, (a, b) -> a * b);
    // As EvoApproxLib's: codes in, the low bits of the product out.
    String wide =
        """
        uint64_t mul6s_T(const uint64_t B, const uint64_t A) {
          int64_t a = (int64_t)(A << 58) >> 58, b = (int64_t)(B << 58) >> 58;
          return (uint64_t)(a * b) & 0xFFF;
        }
        """;
    assertProducts(read("mul6s_T.c", wide, ""), 6, true, (a, b) -> a * b);
  }

  @Test
  void operandsAreBoundByNameAndOrder() throws IOException {
    String body = "{ return 3 * %s - %s; }";
    String swapped = "int f(uint8_t B, uint8_t A) " + body.formatted("A", "B");
    Multiplier multiplier = read("s.c", swapped, "");
    assertProducts(multiplier, 8, false, (a, b) -> 3 * a - b);
    assertThat(multiplier.roles()).contains("A is A and B is B of f");
    String ordered = "int f(uint8_t u, uint8_t v) " + body.formatted("u", "v");
    assertProducts(read("o.c", ordered, ""), 8, false, (a, b) -> 3 * a - b);
    Multiplier named = read("o.c", ordered, ",a=v");
    assertProducts(named, 8, false, (a, b) -> 3 * b - a);
    assertThat(named.roles()).contains("A is v and B is u of f");
    assertThat(eight("return a * b;\n").roles()).isEmpty();
  }

  @Test
  void theLastFunctionThatNoneCalls() throws IOException {
    String text =
        """
        int help(int x, int y) { return x - y; }
        int first(uint8_t a, uint8_t b) { return help(a, b); }
        int other(uint8_t a, uint8_t b) { return a + b; }
        int three(int a, int b, int c) { return a; }
        """;
    assertProducts(read("m.c", text, ""), 8, false, Integer::sum);
    assertProducts(read("m.c", text, ",function=first"), 8, false, (a, b) -> a - b);
  }

  @Test
  void aSpecificationReadsItself() throws IOException {
    Multiplier multiplier =
        read("mul4u_X.c", "unsigned f(unsigned x, unsigned y) { return x * y; }", ",a=y");
    Multiplier again = Multipliers.parse(multiplier.name());
    assertThat(again).isEqualTo(multiplier);
    assertThat(again.name()).isEqualTo(multiplier.name());
    assertThat(multiplier.name()).endsWith(",a=y,signed=false,entry=integer,bits-a=4,bits-b=4");
  }

  @Test
  void costsOfComments() throws IOException {
    List<UnitCost> costs =
        eight("// PDK45_PWR = 0.5 mW\n// PDK45_DELAY = 2.0 ns\nreturn a * b;").costs();
    assertThat(costs).hasSize(1);
    assertThat(costs.getFirst().power().getAsDouble()).isEqualTo(0.5, within(1e-12));
  }

  @Test
  void definitionsAndConditions() throws IOException {
    String text =
        """
        #ifndef GUARD
        #define GUARD
        #define WIDTH 8 /* bits */
        #define HALF (WIDTH / 2)
        #ifdef NOTHING
        this is no C
        #else
        typedef unsigned char byte;
        typedef byte octet;
        int f(octet a, byte b) { return (a >> HALF) * b; }
        #endif
        #endif
        """;
    assertProducts(read("d.c", text, ""), 8, false, (a, b) -> (a >> 4) * b);
  }

  /** Lines of a body, which begins in line 3, and what is said of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "double x = 0; return 1;|3|\"double\" is not supported",
        "int *p; return 1;|3|unexpected \"*\"",
        "return a / (b & 1);|3|a division by zero",
        "return 1 << b;|3|a shift by 32 bits, of a number of 32",
        "return 1u >> (a - b);|3|a shift by",
        "int t[4] = {0};\\nreturn t[b];|4|index 4 of \"t\", which has 4",
        "static const int t[4] = {0};\\nreturn t[-1];|4|index -1",
        "int x;\\nif (a) x = 1;\\nreturn x;|5|\"x\" has no value",
        "if (a) return b;|2|ends without a value",
        "return f(a, b);|3|\"f\" is not defined above",
        "return c;|3|\"c\" is not declared",
        "goto end; end: return 1;|3|\"goto\" is not supported",
        "static int n; return n;|3|must be const",
        "int a = 1; int a = 2; return 1;|3|declared twice",
        "const int t[2] = {1, 2}; t[0] = 1; return 1;|3|is constant",
        "int t[5000]; return 1;|3|arrays",
        "return 99999999999999999999;|3|more than 64 bits",
        "return 1.5;|3|\"1.5\" is no integer",
        "return a b;|3|unexpected \"b\"",
        "struct s { int x; }; return 1;|3|\"struct\" is not supported",
        "a = 5 = b; return 1;|3|cannot be assigned to",
        "int t[2] = {1, 2, 3}; return 1;|3|more values than elements",
        "return sizeof(int);|3|\"sizeof\" is not supported",
      })
  void whatIsNotSupportedIsNamedWithItsLine(String body, int line, String problem) {
    assertThatThrownBy(() -> eight(body.replace("\\n", "\n")).check())
        .isInstanceOfSatisfying(
            Fp8simException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT);
              assertThat(e).hasMessageContainingAll("mul8u_T.c", "line " + line + ":", problem);
            });
  }

  @Test
  @Timeout(60)
  void hostileFilesEndInOneLine() throws IOException {
    String twice = "int f0(int a, int b) { return a; }\n";
    for (int i = 1; i < 60; i++) {
      twice +=
          "int f%d(int a, int b) { return f%d(a, b) + f%d(b, a); }\n".formatted(i, i - 1, i - 1);
    }
    List<String> texts =
        List.of(
            "",
            "\0\1\2",
            "int f(int a, int b) { while (1) ; return 1; }",
            "int f(int a, int b) { for (;;) { a++; } }",
            "int f(int a, int b) { return " + "(".repeat(100_000) + "a",
            "int f(int a, int b) { return " + "-".repeat(300_000) + "a; }",
            "int f(int a, int b) { return a" + "+a".repeat(100_000) + "; }",
            "int f(int a, int b) { return a" + "?a:a".repeat(50_000) + "; }",
            "int f(int a, int b) { " + "if (a) ; else ".repeat(50_000) + "; return 1; }",
            "int f(int a, int b) { " + "{".repeat(10_000),
            "int f(int a, int b) { int x; " + "a = b;".repeat(150_000) + " return a",
            "static const int t[1000000000] = {1}; int f(int a, int b) { return 1; }",
            "static const int t[1000][1000][1000]; int f(int a, int b) { return 1; }",
            "#define A B B\n#define B C C\n#define C D D D D\nint f(int a, int b) { A }",
            bomb(),
            "#ifdef X\n",
            "#endif\n",
            "#if 1\n",
            "#define F(x) x\n",
            "typedef struct { int x; } s;",
            "/* never closed",
            "int f(int a, int a) { return a; }",
            "int f(int a) { return a; }",
            "void f(int a, int b) { }",
            twice);
    for (String text : texts) {
      assertThatThrownBy(() -> read("h.c", text, ",bits-a=8,bits-b=8").check())
          .as(text.substring(0, Math.min(60, text.length())))
          .isInstanceOfSatisfying(
              Fp8simException.class,
              e -> {
                assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT);
                assertThat(e.getMessage().lines()).hasSize(1);
              });
    }
    assertThatThrownBy(() -> Multipliers.parse("c:file=" + folder.resolve("none.c")))
        .isInstanceOf(Fp8simException.class);
    Path large = folder.resolve("large.c");
    Files.write(large, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> Multipliers.parse("c:file=" + large))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("1024 KiB");
  }

  /** Constants of constants, of which there are 2^40. */
  private static String bomb() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append("#define X%d X%d + X%d\n".formatted(i + 1, i, i));
    }
    return text.append("int f(int a, int b) { return X40; }").toString();
  }

  @Test
  void widths() throws IOException {
    String text = "int f(int a, int b) { return a * b; }";
    assertThatThrownBy(() -> read("w.c", text, ""))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("bits-a=2..12");
    assertThatThrownBy(
            () -> read("w.c", "int f(int8_t a, int8_t b) { return 1; }", ",signed=false"))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("no room for unsigned operands of 8 bits");
    Multiplier oblong = read("mul6x4u_W.c", text, "");
    IntegerGrid six = new IntegerGrid(new IntegerFormat(6), false);
    IntegerGrid four = new IntegerGrid(new IntegerFormat(4), false);
    BoundProduct product = oblong.bind(ProductSetting.unrounded(six, four, null));
    assertThat(product.of(63, 15)).isEqualTo(945);
  }
}
