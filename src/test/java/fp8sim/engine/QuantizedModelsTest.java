package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import fp8sim.conformance.Closeness;
import fp8sim.format.SmallFloat;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models that are quantized already, QuantizeLinear and DequantizeLinear around each layer. Scales
 * are powers of two and inputs short, so that the sums of the first layer are exact: what is then
 * rounded does not depend on their order.
 */
class QuantizedModelsTest {
  private static final Shape INPUT = Shape.of(2, 3, 6, 5);
  private static final Shape KERNEL = Shape.of(4, 3, 3, 3);
  private static final Shape MATRIX = Shape.of(120, 7);
  private static final float INPUT_SCALE = 0x1p-4f;
  private static final float HIDDEN_SCALE = 0x1p-2f;
  private static final float MATRIX_SCALE = 0x1p-5f;

  /** FP8 weights of other magnitudes would need more bits in a sum. */
  private static final float LEAST = 0x1p-3f;

  private static final float MOST = 8;

  private final SplittableRandom random = new SplittableRandom(8);
  private final Tensor input = randomInput();

  @ParameterizedTest
  @CsvSource({
    "INT8, INT8, false",
    "INT8, INT8, true",
    "UINT8, INT8, true",
    "UINT8, UINT8, false",
    "FLOAT8E4M3FN, FLOAT8E4M3FN, false",
    "FLOAT8E4M3FN, FLOAT8E4M3FN, true",
    "FLOAT8E4M3FNUZ, FLOAT8E4M3FNUZ, false",
    "FLOAT8E5M2, FLOAT8E5M2, true",
    "FLOAT8E5M2FNUZ, FLOAT8E5M2FNUZ, false",
  })
  void runWithTheirOwnScalesAndAreQuantizedAnew(
      DataType activations, DataType weights, boolean perChannel) throws OrtException {
    PairedModel model = new PairedModel(activations, weights, perChannel);
    byte[] quantized = model.quantized();
    Tensor expected = OnnxRuntime.run(quantized, Map.of("x", input)).get("y");
    float[] own = run(quantized, "fp32", "cpu");
    assertThat(Closeness.relativeL2(Tensor.ofFloats(expected.shape(), own), expected))
        .isLessThan(1e-6);
    assertThat(run(quantized, "fp32", "reference")).isEqualTo(own);

    float[] anew = run(quantized, "e3m4", "cpu");
    assertThat(anew).isEqualTo(run(model.plain(), "e3m4", "cpu")).isNotEqualTo(own);
  }

  /** The result under a format whose ranges are found on the input. */
  private float[] run(byte[] model, String format, String backend) {
    Map<String, List<String>> options = Map.of("format", List.of(format));
    Blueprint blueprint =
        Blueprint.of(
            OnnxModel.read("test", model),
            NumericsParser.parse(options),
            Backends.choose(backend),
            2);
    if (blueprint.numerics().quantizes()) {
      blueprint = Calibrator.calibrated(blueprint, List.of(Map.of("x", input)));
      assertThat(blueprint.ranges().byName())
          .containsOnlyKeys("c_node/weight", "c_node/input", "y_node/weight", "y_node/input");
    }
    try (Network network = blueprint.open()) {
      return network.run(Map.of("x", input)).get("y").toFloats();
    }
  }

  private Tensor randomInput() {
    float[] values = new float[INPUT.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.rint(4 * random.nextGaussian()) / 4;
    }
    return Tensor.ofFloats(INPUT, values);
  }

  /** A convolution, Relu and a matrix product, with pairs or without. */
  private final class PairedModel {
    private final DataType activations;
    private final Tensor kernel;
    private final Tensor kernelScale;
    private final Tensor kernelZero;
    private final Tensor matrix;
    private final Tensor matrixZero;

    PairedModel(DataType activations, DataType weights, boolean perChannel) {
      this.activations = activations;
      kernel = codes(weights, KERNEL);
      float[] scales = {0x1p-5f, 0x1p-6f, 0x1p-4f, 0x1p-5f};
      kernelScale =
          perChannel
              ? Tensor.ofFloats(Shape.of(scales.length), scales)
              : Tensor.ofFloats(Shape.SCALAR, scales[0]);
      kernelZero = zero(weights, perChannel ? Shape.of(scales.length) : Shape.SCALAR);
      matrix = codes(weights, MATRIX);
      matrixZero = zero(weights, Shape.SCALAR);
    }

    byte[] quantized() {
      OperatorModel model =
          new OperatorModel(19)
              .input("x", input)
              .constant("x_scale", Tensor.ofFloats(Shape.SCALAR, INPUT_SCALE))
              .constant("r_scale", Tensor.ofFloats(Shape.SCALAR, HIDDEN_SCALE))
              .constant("zero", zero(activations, Shape.SCALAR))
              .constant("kernel", kernel)
              .constant("kernel_scale", kernelScale)
              .constant("kernel_zero", kernelZero)
              .constant("matrix", matrix)
              .constant("matrix_scale", Tensor.ofFloats(Shape.SCALAR, MATRIX_SCALE))
              .constant("matrix_zero", matrixZero)
              .node("QuantizeLinear", "x x_scale zero", "x_q")
              .node("DequantizeLinear", "x_q x_scale zero", "x_d")
              .node("DequantizeLinear", "kernel kernel_scale kernel_zero", "w", "axis", 0);
      model.node("Conv", "x_d w", "c", "pads", new int[] {1, 1, 1, 1}).node("Relu", "c", "r");
      return model
          .node("QuantizeLinear", "r r_scale zero", "r_q")
          .node("DequantizeLinear", "r_q r_scale zero", "r_d")
          .node("Flatten", "r_d", "f")
          .node("DequantizeLinear", "matrix matrix_scale matrix_zero", "m")
          .node("MatMul", "f m", "y")
          .bytes();
    }

    /** The same in float32, limited to what the pairs represent. */
    byte[] plain() {
      float[] codes = limits(activations);
      return new OperatorModel(19)
          .input("x", input)
          .constant("x_low", Tensor.ofFloats(Shape.SCALAR, codes[0] * INPUT_SCALE))
          .constant("x_high", Tensor.ofFloats(Shape.SCALAR, codes[1] * INPUT_SCALE))
          .constant("r_low", Tensor.ofFloats(Shape.SCALAR, codes[0] * HIDDEN_SCALE))
          .constant("r_high", Tensor.ofFloats(Shape.SCALAR, codes[1] * HIDDEN_SCALE))
          .constant("w", dequantized(kernel, kernelScale, kernelZero))
          .constant(
              "m", dequantized(matrix, Tensor.ofFloats(Shape.SCALAR, MATRIX_SCALE), matrixZero))
          .node("Clip", "x x_low x_high", "x_c")
          .node("Conv", "x_c w", "c", "pads", new int[] {1, 1, 1, 1})
          .node("Relu", "c", "r")
          .node("Clip", "r r_low r_high", "r_c")
          .node("Flatten", "r_c", "f")
          .node("MatMul", "f m", "y")
          .bytes();
    }
  }

  /** The least and the greatest code as a number, without the zero point. */
  private static float[] limits(DataType type) {
    return switch (type) {
      case INT8 -> new float[] {-128, 127};
      case UINT8 -> new float[] {-100, 155};
      case FLOAT8E4M3FN -> new float[] {-448, 448};
      case FLOAT8E4M3FNUZ -> new float[] {-240, 240};
      default -> new float[] {-57344, 57344};
    };
  }

  private Tensor codes(DataType type, Shape shape) {
    Tensor codes = Tensor.zeros(type, shape);
    for (int i = 0; i < shape.elements(); i++) {
      byte code = (byte) random.nextInt(256);
      float magnitude = Math.abs(value(type, code));
      boolean isExact = !type.isSmallFloat() || (magnitude >= LEAST && magnitude <= MOST);
      codes.data().set(Tensor.BYTE, i, isExact ? code : 0);
    }
    return codes;
  }

  /** Zero points other than 0 where the type has them. */
  private static Tensor zero(DataType type, Shape shape) {
    Tensor zero = Tensor.zeros(type, shape);
    for (int i = 0; i < shape.elements() && type == DataType.UINT8; i++) {
      zero.data().set(Tensor.BYTE, i, (byte) 100);
    }
    return zero;
  }

  /** Channels lie along axis 0. */
  private static Tensor dequantized(Tensor codes, Tensor scale, Tensor zero) {
    float[] scales = scale.toFloats();
    float[] values = new float[codes.shape().elements()];
    int perChannel = values.length / scales.length;
    for (int i = 0; i < values.length; i++) {
      int channel = i / perChannel;
      float shift = value(codes.type(), zero.data().get(Tensor.BYTE, channel));
      values[i] = (value(codes.type(), codes.data().get(Tensor.BYTE, i)) - shift) * scales[channel];
    }
    return Tensor.ofFloats(codes.shape(), values);
  }

  private static float value(DataType type, byte code) {
    return switch (type) {
      case INT8 -> code;
      case UINT8 -> Byte.toUnsignedInt(code);
      default -> SmallFloat.valueOf(type.name().substring("FLOAT8".length())).toFloat(code);
    };
  }
}
