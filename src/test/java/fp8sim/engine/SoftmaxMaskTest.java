package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.conformance.Closeness;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.oracle.OperatorModel;
import fp8sim.quant.ValueRange;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks do not count for the range of a Softmax's input, and what is masked stays so. */
class SoftmaxMaskTest {
  private static final Shape SCORES = Shape.of(2, 3, 6, 8);
  private static final Shape MASK = Shape.of(2, 1, 1, 8);

  /** Scores are sums of 8 products of numbers between -1 and 1. */
  private static final float MOST = 8;

  private final SplittableRandom random = new SplittableRandom(3);

  @ParameterizedTest
  @ValueSource(floats = {-3.4028235e38f, Float.NEGATIVE_INFINITY, -65504, -1e9f, -10000, -100})
  void addedMasksAreLeftOut(float masked) {
    OperatorModel plain =
        new OperatorModel(19)
            .input("x", numbers(SCORES))
            .input("k", numbers(Shape.of(2, 3, 8, 8)))
            .input("mask", mask(masked))
            .node("MatMul", "x k", "s")
            .node("Add", "s mask", "m")
            .node("Softmax", "m", "y");
    check(plain, "y_node/input");
    OperatorModel attention =
        new OperatorModel(19)
            .input("x", plain.inputs().get("x"))
            .input("k", plain.inputs().get("k"))
            .input("mask", plain.inputs().get("mask"))
            .input("v", numbers(Shape.of(2, 3, 8, 4)))
            .node("MatMul", "x k", "s")
            .node("Add", "s mask", "m")
            .node("Softmax", "m", "p")
            .node("MatMul", "p v", "y");
    check(attention, "y_node/scores");
  }

  @ParameterizedTest
  @ValueSource(floats = {-3.4028235e38f, Float.NEGATIVE_INFINITY, -10000})
  void chosenMasksAreLeftOut(float masked) {
    check(
        new OperatorModel(19)
            .input("x", numbers(SCORES))
            .input("k", numbers(Shape.of(2, 3, 8, 8)))
            .input("mask", mask(-1))
            .constant("zero", Tensor.ofFloats(Shape.SCALAR, 0))
            .constant("lowest", Tensor.ofFloats(Shape.SCALAR, masked))
            .node("MatMul", "x k", "s")
            .node("Less", "mask zero", "is_masked")
            .node("Where", "is_masked lowest s", "m")
            .node("Softmax", "m", "y"),
        "y_node/input");
  }

  /** Rows that are masked altogether, but for infinity, which gives NaN. */
  @ParameterizedTest
  @ValueSource(floats = {-3.4028235e38f, -65504, -10000})
  void rowsThatAreMaskedAltogetherDoNotCount(float masked) {
    float[] mask = new float[MASK.elements()];
    Arrays.fill(mask, 0, 8, masked);
    check(
        new OperatorModel(19)
            .input("x", numbers(SCORES))
            .input("k", numbers(Shape.of(2, 3, 8, 8)))
            .input("mask", Tensor.ofFloats(MASK, mask))
            .node("MatMul", "x k", "s")
            .node("Add", "s mask", "m")
            .node("Softmax", "m", "y"),
        "y_node/input");
  }

  private static void check(OperatorModel model, String quantizer) {
    Tensor expected = run(model, "fp32", "cpu", "");
    for (String format : List.of("int8", "e3m4")) {
      Tensor actual = run(model, format, "cpu", quantizer);
      assertThat(actual.toFloats())
          .isEqualTo(run(model, format, "reference", quantizer).toFloats());
      assertThat(Closeness.relativeL2(actual, expected)).as(format).isBetween(1e-6, 0.1);
      float[] values = actual.toFloats();
      float[] exact = expected.toFloats();
      for (int i = 0; i < values.length && quantizer.endsWith("input"); i++) {
        assertThat(values[i] == 0).isEqualTo(exact[i] == 0);
      }
    }
  }

  /** The output "y"; the quantizer must have the range of scores. */
  private static Tensor run(OperatorModel model, String format, String backend, String quantizer) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    options.put("format", List.of(format));
    options.put("bias-policy", List.of("real"));
    options.put("quantize-extra", List.of("softmax"));
    Blueprint blueprint =
        Blueprint.of(
            OnnxModel.read("test", model.bytes()),
            NumericsParser.parse(options),
            Backends.choose(backend),
            2);
    if (blueprint.numerics().quantizes()) {
      blueprint = Calibrator.calibrated(blueprint, List.of(model.inputs()));
      ValueRange range = blueprint.ranges().byName().get(quantizer).ranges().getFirst();
      assertThat(range.maxval()).isBetween(0.5f, MOST);
    }
    try (Network network = blueprint.open()) {
      Tensor output = network.run(model.inputs()).get("y");
      assertThat(network.nonFiniteValues().describe()).isEmpty();
      return Tensor.ofFloats(output.shape(), output.toFloats());
    }
  }

  /** Masks the last columns of the first sample and one of the second. */
  private static Tensor mask(float masked) {
    float[] mask = new float[MASK.elements()];
    Arrays.fill(mask, 5, 8, masked);
    mask[8] = masked;
    return Tensor.ofFloats(MASK, mask);
  }

  private Tensor numbers(Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.ofFloats(shape, values);
  }
}
