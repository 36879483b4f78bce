package fp8sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import fp8sim.format.FloatFormat;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The picture is of the product that runs. */
class MultiplierPictureTest {
  private static JsonObject configuration(String options) {
    return JsonParser.parseString("{" + options.replace('\'', '"') + "}").getAsJsonObject();
  }

  private static MultiplierPicture picture(String options) {
    return MultiplierPicture.of(configuration(options)).orElseThrow();
  }

  private static ProductSetting setting(String options) {
    return picture(options).errors().setting();
  }

  @Test
  void roundedProductsAreRoundedAsThePolicySays() {
    String rounded = "'multiplier': 'study', 'format': 'e3m4', 'round-products': true";
    String study = rounded + ", 'bias-policy': 'study'";
    String real = rounded + ", 'bias-policy': 'real'";
    FloatFormat e3m4 = FloatFormat.of(3, 4);
    assertThat(setting(study).rounding())
        .isEqualTo(new ProductRounding.Extending(new FloatGrid(e3m4, 4)));
    assertThat(setting(study).a()).isEqualTo(new FloatGrid(e3m4.extended(), 4));
    assertThat(setting(real).rounding())
        .isEqualTo(new ProductRounding.Nearest(new FloatGrid(e3m4, 4)));
    assertThat(MultiplierPicture.key(configuration(study)))
        .isNotEqualTo(MultiplierPicture.key(configuration(real)));
    assertThat(picture(study).measures().meanRelativeError())
        .isNotEqualTo(picture(real).measures().meanRelativeError());
  }

  @Test
  void theAdderKeepsTheCarryUnlessAskedNotTo() {
    String adder = "'multiplier': 'adder', 'format': 'e3m4'";
    assertThat(setting(adder).result()).isEqualTo(new FloatGrid(FloatFormat.of(4, 4), 8));
    assertThat(setting(adder + ", 'result-format': 'activations'").result())
        .isEqualTo(new FloatGrid(FloatFormat.of(3, 4), 4));
    assertThat(setting(adder + ", 'result-format': 'e4m4'").result())
        .isEqualTo(new FloatGrid(FloatFormat.of(4, 4), 8));
    assertThat(picture(adder).measures().overflowPairs()).isZero();
  }

  @Test
  void integersHavePicturesToo(@TempDir Path folder) throws IOException {
    MultiplierPicture mitchell = picture("'multiplier': 'mitchell', 'format': 'int8'");
    assertThat(mitchell.measures().meanRelativeError()).isEqualTo(0.038, within(0.001));
    assertThat(mitchell.errors().codesA()).hasSize(255);
    assertThat(mitchell.errors().codesW()).hasSize(127);
    ByteBuffer table = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1 << 16; i++) {
      table.putShort((short) ((i >> 8) * (i & 255) & ~1));
    }
    Path file = Files.write(folder.resolve("mul8u_EVEN.bin"), table.array());
    String options = "'multiplier': 'table:file=" + file + "', 'format': 'int8'";
    assertThat(picture(options).measures().meanRelativeError()).isPositive();
    assertThat(MultiplierPicture.of(configuration("'multiplier': 'exact', 'format': 'fp32'")))
        .isEmpty();
  }
}
