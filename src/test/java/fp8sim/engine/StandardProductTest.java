package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.FloatFormat;
import fp8sim.golden.StudyModels;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.TableGrid;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import fp8sim.numerics.StandardProduct;
import fp8sim.onnx.OnnxModel;
import fp8sim.quant.ProductSite;
import fp8sim.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures and checks are of the products that layers multiply by, but for biases. */
class StandardProductTest {
  private static final Tensor CALIBRATION = StudyModels.tensor("calibration.npy");
  private static final String LAYER = "/fc/Gemm";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format=e3m4 multiplier=study round-products=true bias-policy=study",
        "format=e3m4 multiplier=study round-products=true bias-policy=saturate",
        "format=e3m4 multiplier=study round-products=true",
        "format=e4m3 multiplier=mitchell bias-policy=study",
        "format=e4m3 multiplier=adder bias-policy=study",
        "format=e4m3 multiplier=adder preset=study round-products=true",
        "format=e4m3:bias=7 multiplier=study round-products=true bias-policy=study",
        "format=ofp8-e4m3 multiplier=study round-products=true bias-policy=study",
        "format=e4m3 multiplier=adder result-format=e5m2 round-products=true bias-policy=study",
        "format=int8 multiplier=mitchell integer-activations=symmetric",
        "format=int8 multiplier=mitchell",
      })
  void isWhatALayerMultipliesBy(String options) {
    Numerics numerics = parse(options);
    ProductSetting standard = StandardProduct.of(numerics).orElseThrow().setting();
    ProductSetting ofLayer = ofLayer(numerics);
    assertThat(format(standard.a())).isEqualTo(format(ofLayer.a()));
    assertThat(format(standard.w())).isEqualTo(format(ofLayer.w()));
    assertThat(format(standard.result())).isEqualTo(format(ofLayer.result()));
    assertThat(standard.rounding().getClass()).isEqualTo(ofLayer.rounding().getClass());
    assertThat(roundedTo(ofLayer)).isEqualTo(ofLayer.result());
    assertThat(roundedTo(standard)).isEqualTo(standard.result());
  }

  private static Numerics parse(String options) {
    Map<String, List<String>> values = new HashMap<>();
    for (String option : options.split(" ", 0)) {
      String[] pair = option.split("=", 2);
      values.put(pair[0], List.of(pair[1]));
    }
    return NumericsParser.parse(values);
  }

  private static ProductSetting ofLayer(Numerics numerics) {
    Map<String, Tensor> input = Map.of("input", CALIBRATION);
    Blueprint bare =
        Blueprint.of(
            OnnxModel.read(StudyModels.file("tiny_resnet.onnx")),
            numerics,
            Backends.choose("cpu"),
            1);
    try (Sessions sessions =
        Calibrator.calibrated(bare, List.of(input)).sessions(Purpose.INFERENCE)) {
      ApproximateProducts products = new ApproximateProducts(numerics.quantizers().biasPolicy());
      return new NetworkProducts(sessions.compile(input).quantized(), numerics)
          .arithmetics(products)
          .get(ProductSite.of(LAYER))
          .setting(0);
    }
  }

  /** What a grid is besides its bias: the layout of minifloats, or integers with their sign. */
  private static @Nullable Object format(@Nullable Grid grid) {
    return switch (grid) {
      case FloatGrid floats -> layout(floats.format());
      case IntegerGrid integers -> integers;
      case TableGrid table -> table;
      case null -> null;
    };
  }

  private static List<Object> layout(FloatFormat format) {
    return List.of(
        format.exponentBits(),
        format.mantissaBits(),
        format.signed(),
        format.normalOnly(),
        format.specials());
  }

  /** The grid that products are rounded to; that of results where they are not rounded. */
  private static @Nullable FloatGrid roundedTo(ProductSetting setting) {
    return switch (setting.rounding()) {
      case ProductRounding.Nearest nearest -> nearest.result();
      case ProductRounding.Extending extending -> extending.result();
      case ProductRounding.None _, ProductRounding.Quantized _ -> setting.result();
    };
  }
}
