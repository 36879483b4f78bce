package fp8sim.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.Fp8simException;
import fp8sim.format.FloatFormat;
import fp8sim.format.IntegerFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceProductTest {
  private static final FloatGrid GRID = new FloatGrid(FloatFormat.of(4, 3), 8);
  private static final ProductSetting SETTING = ProductSetting.unrounded(GRID, GRID, GRID);

  @TempDir private Path folder;

  private ProductModel model(String text) {
    try {
      Path file = Files.writeString(folder.resolve("Mine.java"), text);
      return Multipliers.parse("source:file=" + file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void codesAreMultiplied() {
    ProductModel model =
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
    ProductModel model =
        model(
            "package my.pack; final class Mine { static float multiply(float a, float b) { return a"
                + " * b; } }");
    ProductTable exact = ProductTable.tabulate(Multipliers.EXACT, SETTING);
    assertThat(ProductTable.tabulate(model, SETTING).floats()).isEqualTo(exact.floats());
  }

  @Test
  void integersAreMultiplied() {
    ProductModel model =
        model("class Mine { static int multiply(int a, int b) { return a * b & ~1; } }");
    Grid grid = new IntegerGrid(new IntegerFormat(8), true);
    ProductTable table = ProductTable.tabulate(model, ProductSetting.unrounded(grid, grid, null));
    assertThat(table.of(0xFF, 3)).isEqualTo(-4);
  }

  @Test
  void compileErrorsShowTheirLines() {
    assertThatThrownBy(() -> model("class Mine {\n  int multiply(int a, int b) {\n return c }\n}"))
        .isInstanceOf(Fp8simException.class)
        .message()
        .contains("Mine.java:3: ';' expected")
        .doesNotContain("\n");
  }

  @Test
  void otherMistakesAreNamed() {
    assertThatThrownBy(() -> model("class Mine { int multiply(int a) { return a; } }"))
        .hasMessageContaining("has neither 'int multiply(int codeA, int codeB)'");
    assertThatThrownBy(
            () -> model("class Mine { Mine(int i) {} int multiply(int a, int b) { return a; } }"))
        .hasMessageContaining("constructor without arguments");
    ProductModel dividing =
        model("class Mine { static int multiply(int a, int b) { return a / b; } }");
    assertThatThrownBy(() -> dividing.bind(SETTING))
        .hasMessageContaining("multiply(0, 0) threw java.lang.ArithmeticException");
    ProductModel large = model("class Mine { static int multiply(int a, int b) { return 256; } }");
    assertThatThrownBy(() -> large.bind(SETTING))
        .hasMessageContaining("gives the result 256, which is no finite code of e4m3");
    ProductModel infinite =
        model("class Mine { static float multiply(float a, float b) { return a / b; } }");
    assertThatThrownBy(() -> infinite.bind(SETTING)).hasMessageContaining("gives NaN");
  }

  @Test
  void codesOfMoreThanEightBitsAreRefused() {
    ProductModel model = model("class Mine { static int multiply(int a, int b) { return 0; } }");
    FloatGrid wide = new FloatGrid(FloatFormat.of(4, 3).extended(), 8);
    assertThatThrownBy(() -> model.bind(ProductSetting.unrounded(wide, GRID, GRID)))
        .hasMessageContaining("codes of at most 8 bits");
  }
}
