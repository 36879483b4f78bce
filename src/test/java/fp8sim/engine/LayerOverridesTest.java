package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.golden.StudyModels;
import fp8sim.multiplier.FloatGrid;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.plan.Plan;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Numerics of single layers, down to the steps of the plan. */
class LayerOverridesTest {
  private static final Tensor CALIBRATION = StudyModels.tensor("calibration.npy");
  private static final String FIRST = "/conv1/Conv";
  private static final String LAST = "/fc/Gemm";

  /** The arithmetic of every step that multiplies codes, by name. */
  private static Map<String, ProductArithmetic> arithmetics(String multiplier, String... layers) {
    Map<String, List<String>> options =
        Map.of(
            "format", List.of("e3m4"), "multiplier", List.of(multiplier), "layer", List.of(layers));
    Blueprint bare =
        Blueprint.of(
            OnnxModel.read(StudyModels.file("tiny_resnet.onnx")),
            NumericsParser.parse(options),
            Backends.choose("cpu"),
            1);
    Blueprint network = Calibrator.calibrated(bare, List.of(Map.of("input", CALIBRATION)));
    Plan plan = network.compile(Map.of("input", CALIBRATION.shape()), Map.of()).plan();
    Map<String, ProductArithmetic> found = new TreeMap<>();
    for (Step step : plan.steps()) {
      ProductArithmetic arithmetic = step.arithmetic();
      if (arithmetic != null) {
        found.put(step.name(), arithmetic);
      }
    }
    return found;
  }

  private static FloatFormat format(ProductArithmetic arithmetic) {
    return ((FloatGrid) arithmetic.a().grid()).format();
  }

  @Test
  void theLastMatchDecidesTheMultiplier() {
    Map<String, ProductArithmetic> found =
        arithmetics(
            "adder",
            "/layer*:multiplier=[adder:compensation=2,overflow=wrap],accumulator=q12.10",
            LAST + ":multiplier=exact",
            "*layer1.0*:multiplier=mitchell");
    assertThat(found).containsKey(FIRST).doesNotContainKey(LAST);
    found.forEach(
        (name, arithmetic) -> {
          boolean inLayers = name.startsWith("/layer");
          String expected =
              name.contains("layer1.0") ? "mitchell" : inLayers ? "adder:compensation=2" : "adder";
          assertThat(arithmetic.model().name()).as(name).startsWith(expected);
          assertThat(arithmetic.accumulator().name())
              .as(name)
              .isEqualTo(inLayers ? "q12.10" : "exact");
        });
    assertThat(found.keySet()).anyMatch(name -> name.contains("layer1.0"));
    assertThat(found.keySet()).anyMatch(name -> name.contains("layer2"));
  }

  @Test
  void aLayerHasFormatsOfItsOwn() {
    Map<String, ProductArithmetic> found =
        arithmetics("study", FIRST + ":weights=e4m3,activations=[e5m2]");
    FloatGrid weights = (FloatGrid) found.get(FIRST).channel(0).w().grid();
    assertThat(format(found.get(FIRST))).isEqualTo(Formats.parse("e5m2"));
    assertThat(weights.format()).isEqualTo(Formats.parse("e4m3"));
    found.remove(FIRST);
    assertThat(found).isNotEmpty();
    assertThat(found.values()).allMatch(other -> format(other).equals(Formats.parse("e3m4")));
  }

  @Test
  void productsOfOneLayerAreRounded() {
    Map<String, ProductArithmetic> found =
        arithmetics("exact", LAST + ":round-products=true,result-bias=5");
    assertThat(found).containsOnlyKeys(LAST);
    assertThat(found.get(LAST).channel(0).result())
        .isEqualTo(new FloatGrid((FloatFormat) Formats.parse("e3m4:bias=5"), 5));
  }
}
