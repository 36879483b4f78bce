package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import fp8sim.cli.option.SavedMultipliers;
import fp8sim.numerics.NumericsParser;
import fp8sim.numerics.StandardProduct;
import fp8sim.report.ShownMultiplier;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pages that are made of files are of the products that ran. */
class SavedMultipliersTest {
  private static JsonObject configuration(String options) {
    return JsonParser.parseString("{" + options.replace('\'', '"') + "}").getAsJsonObject();
  }

  private static ShownMultiplier read(String options) {
    return new SavedMultipliers().of(configuration(options));
  }

  @Test
  void aConfigurationIsReadAsItRan() {
    ShownMultiplier saved =
        read(
            "'model': 'm.onnx', 'format': 'e3m4', 'multiplier': 'study', 'round-products': true,"
                + " 'bias-policy': 'study', 'result-bias': 5");
    Map<String, List<String>> options =
        Map.of(
            "format", List.of("e3m4"),
            "multiplier", List.of("study"),
            "round-products", List.of("true"),
            "bias-policy", List.of("study"),
            "result-bias", List.of("5"));
    assertThat(saved.numerics().flatMap(StandardProduct::of))
        .isPresent()
        .isEqualTo(StandardProduct.of(NumericsParser.parse(options)));
    assertThat(saved.isSource()).isFalse();
  }

  @Test
  void codeOfUsersIsNotRead() {
    ShownMultiplier saved = read("'format': 'e3m4', 'multiplier': 'source:file=missing.java'");
    assertThat(saved).isEqualTo(ShownMultiplier.source());
  }

  @Test
  void whatCannotBeReadHereIsLeftOut() {
    assertThat(read("'format': 'int8', 'multiplier': 'table:file=mul8u_MISSING.bin'"))
        .isEqualTo(ShownMultiplier.unknown());
    assertThat(read("'format': 'of another version', 'multiplier': 'exact'"))
        .isEqualTo(ShownMultiplier.unknown());
  }
}
