package fp8sim.multiplier.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.IntegerFormat;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.model.Multipliers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceProductTest {
  private static final FloatGrid GRID = new FloatGrid(FloatFormat.of(4, 3), 8);
  private static final ProductSetting SETTING = ProductSetting.unrounded(GRID, GRID, GRID);

  @TempDir private Path folder;

  private Multiplier model(String text) {
    try {
      Path file = Files.writeString(folder.resolve("Mine.java"), text);
      return Multipliers.parse("source:file=" + file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void codesAreMultiplied() {
    Multiplier model =
        model(
            """
            public class Mine {
              public int multiply(int a, int b) {
                if ((a & 127) == 0 || (b & 127) == 0) return 0;
                int sum = Math.clamp((a & 127) + (b & 127) - 64, 0, 127);
                return sum | ((a ^ b) & 128);
              }
            }
            """);
    ProductTable adder = ProductTable.tabulate(Multipliers.parse("adder"), SETTING);
    assertThat(ProductTable.tabulate(model, SETTING).floats()).isEqualTo(adder.floats());
  }

  @Test
  void valuesAreMultiplied() {
    Multiplier model =
        model(
            "package my.pack; final class Mine { static float multiply(float a, float b) { return a"
                + " * b; } }");
    ProductTable exact = ProductTable.tabulate(Multipliers.EXACT, SETTING);
    assertThat(ProductTable.tabulate(model, SETTING).floats()).isEqualTo(exact.floats());
  }

  @Test
  void integersAreMultiplied() {
    Multiplier model =
        model("class Mine { static int multiply(int a, int b) { return a * b & ~1; } }");
    Grid grid = new IntegerGrid(new IntegerFormat(8), true);
    ProductTable table = ProductTable.tabulate(model, ProductSetting.unrounded(grid, grid, null));
    assertThat(table.of(0xFF, 3)).isEqualTo(-4);
  }

  @Test
  void compileErrorsShowTheirLines() {
    assertThatThrownBy(
            () -> model("class Mine {\n  int multiply(int a, int b) {\n return c }\n}").check())
        .isInstanceOf(Fp8simException.class)
        .message()
        .contains("Mine.java:3: ';' expected")
        .doesNotContain("\n");
  }

  @Test
  void otherMistakesAreNamed() {
    assertThatThrownBy(() -> model("class Mine { int multiply(int a) { return a; } }").check())
        .hasMessageContaining("has neither 'int multiply(int codeA, int codeB)'");
    assertThatThrownBy(
            () ->
                model("class Mine { Mine(int i) {} int multiply(int a, int b) { return a; } }")
                    .check())
        .hasMessageContaining("constructor without arguments");
    Multiplier dividing =
        model("class Mine { static int multiply(int a, int b) { return a / b; } }");
    assertThatThrownBy(() -> dividing.bind(SETTING))
        .hasMessageContaining("multiply(0, 0) threw java.lang.ArithmeticException");
    Multiplier large = model("class Mine { static int multiply(int a, int b) { return 256; } }");
    assertThatThrownBy(() -> large.bind(SETTING))
        .hasMessageContaining("gives the result 256, which is no finite code of e4m3");
    Multiplier infinite =
        model("class Mine { static float multiply(float a, float b) { return a / b; } }");
    assertThatThrownBy(() -> infinite.bind(SETTING)).hasMessageContaining("gives NaN");
  }

  @Test
  void codesOfMoreThanEightBitsAreRefused() {
    Multiplier model = model("class Mine { static int multiply(int a, int b) { return 0; } }");
    FloatGrid wide = new FloatGrid(FloatFormat.of(4, 3).extended(), 8);
    assertThatThrownBy(() -> model.bind(ProductSetting.unrounded(wide, GRID, GRID)))
        .hasMessageContaining("codes of at most 8 bits");
  }

  /** What a source may do instead of multiplying, and what the one line says about it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          System.exit(3);                             | ended its process with exit code 3
          Runtime.getRuntime().halt(0);               | ended its process with exit code 0
          while (true) { Thread.onSpinWait(); }       | took more than 5 seconds
          long[][] all = new long[100][]; for (int i = 0; i < 100; i++) all[i] = new long[125_000_000]; \
                                                      | multiply(0, 0) threw java.lang.OutOfMemoryError
          multiply(a, b);                             | multiply(0, 0) threw java.lang.StackOverflowError
          throw new IllegalStateException("why");     | threw java.lang.IllegalStateException: why
          """)
  void misbehaviourEndsInOneLine(String statements, String message) {
    Multiplier model = limited("if (a == 0) { %s }\n return 0;".formatted(statements), 5);
    assertThatThrownBy(() -> model.bind(SETTING))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining(message)
        .hasMessageContaining("Mine.java");
  }

  private Multiplier limited(String body, int seconds) {
    Multiplier model =
        model("class Mine { static int multiply(int a, int b) { %s } }".formatted(body));
    return Multipliers.parse(model.name() + ",seconds=" + seconds);
  }

  @Test
  void aStaticInitializerThatEndsTheProcessIsOneLineToo() {
    Multiplier model =
        model(
            "class Mine { static { System.exit(9); }"
                + " static int multiply(int a, int b) { return 0; } }");
    assertThatThrownBy(() -> model.bind(SETTING))
        .hasMessageContaining("ended its process with exit code 9");
  }

  @Test
  void threadsAndPrintsDoNotDisturb() {
    Multiplier model =
        model(
            """
            class Mine {
              static {
                for (int i = 0; i < 10; i++) {
                  new Thread(() -> { while (true) System.out.println("noise"); }).start();
                }
              }
              static float multiply(float a, float b) throws Exception {
                System.out.print("a"); System.err.print("b"); System.in.read();
                return a * b;
              }
            }
            """);
    ProductTable exact = ProductTable.tabulate(Multipliers.EXACT, SETTING);
    assertThat(ProductTable.tabulate(model, SETTING).floats()).isEqualTo(exact.floats());
  }

  @Test
  void writingToTheOutputOfTheProcessIsNoticed() {
    Multiplier model =
        model(
            """
            class Mine {
              static int multiply(int a, int b) throws Exception {
                new java.io.FileOutputStream(java.io.FileDescriptor.out).write(new byte[64]);
                return 0;
              }
            }
            """);
    assertThatThrownBy(() -> model.bind(SETTING))
        .hasMessageContaining("it wrote to the output of its process");
  }

  @Test
  void readingASpecificationRunsNothing() {
    Path trace = folder.resolve("ran");
    String body =
        """
        class Mine {
          static {
            try { java.nio.file.Files.createFile(java.nio.file.Path.of("%s")); }
            catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); }
          }
          static float multiply(float a, float b) { return a * b; }
        }
        """
            .formatted(trace);
    Multiplier model = model(body);
    assertThat(model).isEqualTo(model(body)).hasSameHashCodeAs(model(body));
    assertThat(trace).doesNotExist();
    model.bind(SETTING);
    assertThat(trace).exists();
  }
}
