package fp8sim.quant;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.quant.ProductSite.Part;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuantizerIdTest {
  private static final CalibratedRange RANGE =
      new CalibratedRange(QuantizerKind.RESULT, List.of(ValueRange.of(-1, 2)), List.of());

  /** Ranges files of earlier versions have these texts. */
  @Test
  void textsAreThoseOfRangesFiles() {
    assertThat(QuantizerRole.values())
        .extracting(role -> new QuantizerId("l", role).toString())
        .containsExactly(
            "l/weight",
            "l/input",
            "l/output",
            "l/result",
            "l/a",
            "l/b",
            "l/query",
            "l/key",
            "l/value",
            "l/scores",
            "l/probabilities",
            "l/scores/result",
            "l/values/result",
            "l");
  }

  @Test
  void resultsBelongToTheirProduct() {
    assertThat(Arrays.stream(Part.values()).map(part -> new ProductSite("l", part)))
        .allSatisfy(
            site -> {
              assertThat(site.result().owner()).isEqualTo(site);
              assertThat(site.result()).hasToString(site + "/result");
            });
    assertThat(new QuantizerId("l", QuantizerRole.SCORES).owner()).isEqualTo(ProductSite.of("l"));
  }

  @Test
  void aLayerMayBeNamedLikeAProductOfAnother() {
    QuantizerId named = new QuantizerId("l/scores", QuantizerRole.RESULT);
    assertThat(named).isNotEqualTo(new ProductSite("l", Part.SCORES).result());
    assertThat(Ranges.of(Map.of(named, RANGE)).find(named)).isEqualTo(RANGE);
    assertThat(Ranges.fromFile(Map.of("l/scores/result", RANGE)).find(named)).isEqualTo(RANGE);
  }
}
