package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.conformance.Closeness;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Networks of products of codes, as ONNX Runtime's {@code quantize_static} (QOperator form) and
 * {@code quantize_dynamic} write them, run as they are and are quantized anew.
 */
class IntegerModelsTest {
  private final SplittableRandom random = new SplittableRandom(3);

  private Tensor codes(DataType type, int... dims) {
    Tensor tensor = Tensor.zeros(type, Shape.of(dims));
    for (int i = 0; i < tensor.shape().elements(); i++) {
      tensor.data().set(Tensor.BYTE, i, (byte) random.nextInt(256));
    }
    return tensor;
  }

  private Tensor floats(int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(shape, values);
  }

  @Test
  void convolutionsOfCodesAreLayers() {
    TestModel model = new TestModel(13).input("x", 2, 3, 6, 5).scalar("xs", 0.02f);
    model.initializer("xz", Tensor.zeros(DataType.INT8, Shape.SCALAR));
    model.initializer("w", codes(DataType.INT8, 4, 3, 3, 3)).scalar("ws", 0.01f);
    model.scalar("ys", 0.1f).node("QuantizeLinear", "x xs xz", "q");
    model.node("QLinearConv", "q xs xz w ws xz ys xz", "c");
    model.node("DequantizeLinear", "c ys xz", "y").output("y");
    quantizesAnew(model, floats(2, 3, 6, 5), "n_c/conv");
  }

  @Test
  void productsOfDynamicCodesAreLayers() {
    TestModel model = new TestModel(13).input("x", 5, 40);
    model.initializer("w", codes(DataType.UINT8, 40, 6)).scalar("ws", 1e-4f);
    model.initializer("wz", codes(DataType.UINT8)).node("DynamicQuantizeLinear", "x", "q s z");
    model.node("MatMulInteger", "q w z wz", "i").node("Cast", "i", "f", TestModel.integer("to", 1));
    model.node("Mul", "s ws", "m").node("Mul", "f m", "y").output("y");
    quantizesAnew(model, floats(5, 40), "n_i/sums");
  }

  private static void quantizesAnew(TestModel model, Tensor input, String layer) {
    Tensor own = run(model, input, "fp32", "cpu", layer);
    assertThat(run(model, input, "fp32", "reference", layer).data().mismatch(own.data()))
        .isEqualTo(-1);
    Tensor anew = run(model, input, "e3m4", "cpu", layer);
    assertThat(run(model, input, "e3m4", "reference", layer).data().mismatch(anew.data()))
        .isEqualTo(-1);
    assertThat(Closeness.relativeL2(anew, own)).isBetween(1e-3, 0.06);
    Tensor exact = run(model, input, "e4m10", "cpu", layer);
    assertThat(Closeness.relativeL2(exact, own)).isLessThan(0.02);
  }

  private static Tensor run(
      TestModel model, Tensor input, String format, String backend, String layer) {
    Map<String, List<String>> options = Map.of("format", List.of(format));
    Blueprint blueprint =
        Blueprint.of(model.read(), NumericsParser.parse(options), Backends.choose(backend), 1);
    if (blueprint.numerics().quantizes()) {
      blueprint = Calibrator.calibrated(blueprint, List.of(Map.of("x", input)));
      assertThat(blueprint.ranges().byName()).containsOnlyKeys(layer + "/weight", layer + "/input");
    }
    try (Network network = blueprint.open()) {
      Tensor y = network.run(Map.of("x", input)).get("y");
      return Tensor.ofFloats(y.shape(), y.toFloats());
    }
  }
}
