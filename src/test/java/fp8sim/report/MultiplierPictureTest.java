package fp8sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The picture is of the product that runs. */
class MultiplierPictureTest {
  private static Numerics numerics(String... namesAndValues) {
    Map<String, List<String>> options = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return NumericsParser.parse(options);
  }

  private static MultiplierPicture picture(Numerics numerics) {
    return MultiplierPicture.of(numerics).orElseThrow();
  }

  private static ProductSetting setting(Numerics numerics) {
    return picture(numerics).errors().setting();
  }

  private static Numerics rounded(String policy) {
    return numerics(
        "multiplier", "study", "format", "e3m4", "round-products", "true", "bias-policy", policy);
  }

  @Test
  void roundedProductsAreRoundedAsThePolicySays() {
    Numerics study = rounded("study");
    Numerics real = rounded("real");
    FloatFormat e3m4 = FloatFormat.of(3, 4);
    assertThat(setting(study).rounding())
        .isEqualTo(new ProductRounding.Extending(new FloatGrid(e3m4, 4)));
    assertThat(setting(study).a()).isEqualTo(new FloatGrid(e3m4.extended(), 4));
    assertThat(setting(real).rounding())
        .isEqualTo(new ProductRounding.Nearest(new FloatGrid(e3m4, 4)));
    assertThat(MultiplierPicture.PictureKey.of(study))
        .isNotEqualTo(MultiplierPicture.PictureKey.of(real));
    assertThat(picture(study).measures().relative().mean())
        .isNotEqualTo(picture(real).measures().relative().mean());
  }

  @Test
  void formatsWithABiasOfTheirOwnEndAtTheirTop() {
    Numerics numerics =
        numerics(
            "multiplier",
            "study",
            "format",
            "e3m4:bias=7",
            "round-products",
            "true",
            "bias-policy",
            "study");
    FloatGrid grid = new FloatGrid((FloatFormat) Formats.parse("e3m4:bias=7"), 7);
    assertThat(setting(numerics))
        .isEqualTo(new ProductSetting(grid, grid, grid, new ProductRounding.Extending(grid)));
  }

  @Test
  void theAdderKeepsTheCarryUnlessAskedNotTo() {
    Numerics adder = numerics("multiplier", "adder", "format", "e3m4");
    assertThat(setting(adder).result()).isEqualTo(new FloatGrid(FloatFormat.of(4, 4), 8));
    assertThat(resultOfAdder("activations")).isEqualTo(new FloatGrid(FloatFormat.of(3, 4), 4));
    assertThat(resultOfAdder("e4m4")).isEqualTo(new FloatGrid(FloatFormat.of(4, 4), 8));
    assertThat(picture(adder).measures().pairs().overflow()).isZero();
  }

  private static @Nullable FloatGrid resultOfAdder(String format) {
    return setting(numerics("multiplier", "adder", "format", "e3m4", "result-format", format))
        .result();
  }

  @Test
  void integersHavePicturesToo(@TempDir Path folder) throws IOException {
    MultiplierPicture mitchell = picture(numerics("multiplier", "mitchell", "format", "int8"));
    assertThat(mitchell.measures().relative().mean()).isEqualTo(0.038, within(0.001));
    assertThat(mitchell.errors().codesA()).hasSize(255);
    assertThat(mitchell.errors().codesW()).hasSize(127);
    ByteBuffer table = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1 << 16; i++) {
      table.putShort((short) ((i >> 8) * (i & 255) & ~1));
    }
    Path file = Files.write(folder.resolve("mul8u_EVEN.bin"), table.array());
    Numerics tabulated = numerics("multiplier", "table:file=" + file, "format", "int8");
    assertThat(picture(tabulated).measures().relative().mean()).isPositive();
    assertThat(MultiplierPicture.of(numerics("multiplier", "exact", "format", "fp32"))).isEmpty();
  }
}
