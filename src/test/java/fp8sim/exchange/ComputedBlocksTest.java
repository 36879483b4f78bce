package fp8sim.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.format.BlockFormat;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.ConversionMode;
import fp8sim.format.Formats;
import fp8sim.format.Overflow;
import fp8sim.format.Rounding;
import fp8sim.format.Subnormals;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.TensorType;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.OnnxWriter;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.quant.Channels;
import fp8sim.quant.ConstantQuantization;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.Workers;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Block formats as operators of ONNX give the values of {@link BlockQuantizer}, at all ends. */
class ComputedBlocksTest {
  private static final float MAXVAL = 3;

  private static final float[] ENDS = {
    0,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0x1p-120f,
    0x1p120f
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mxfp8-e4m3",
        "mxfp8-e5m2",
        "mxfp6-e3m2",
        "mxfp6-e2m3",
        "mxint8",
        "int5:block=7,scale=e8m0",
        "e4m3:block=16,scale=e4m3",
        "e3m4:block=8,scale=fp16",
        "e2m4:block=9,scale=bf16",
        "e5m2:block=64,scale=e5m2",
        "e3m2:block=1,scale=fp32",
        "e2m3:block=6,scale=e5m3"
      })
  void givesTheSameValues(String format) throws OrtException {
    for (Shape shape : List.of(Shape.of(3, 37, 2, 5), Shape.of(4, 96), Shape.of(2, 3, 4))) {
      for (int axis = 1; axis < shape.rank(); axis++) {
        BlockQuantizer quantizer = quantizer(format, axis, ConversionMode.DEFAULT);
        Tensor x = numbers(shape, !format.contains("int"));
        Tensor expected = quantized(quantizer, x);
        byte[] file = file(quantizer, shape);
        assertSame(expected, run(file, x), format + " " + shape + " axis " + axis);
        Tensor theirs = OnnxRuntime.run(file, Map.of("x", x)).get("y");
        assertSame(expected, theirs, "ONNX Runtime, " + format + " " + shape + " axis " + axis);
      }
    }
  }

  /** ONNX Runtime does not compute with FP4; of older opsets it is computed in float32. */
  @ParameterizedTest
  @ValueSource(strings = {"mxfp4", "nvfp4"})
  void givesTheSameValuesInFp4(String format) throws OrtException {
    Shape shape = Shape.of(3, 37, 2, 5);
    BlockQuantizer quantizer = quantizer(format, 1, ConversionMode.DEFAULT);
    Tensor x = numbers(shape, false);
    Tensor expected = quantized(quantizer, x);
    assertSame(expected, run(file(quantizer, shape), x), format);
    byte[] older = file(quantizer, shape, OnnxWriter.LEAST_OPSET);
    assertSame(expected, run(older, x), format);
    assertSame(expected, OnnxRuntime.run(older, Map.of("x", x)).get("y"), format);
  }

  @Test
  void refusesSingleNumbers() {
    BlockQuantizer quantizer = quantizer("mxfp8-e4m3", -1, ConversionMode.DEFAULT);
    assertThatThrownBy(() -> file(quantizer, Shape.SCALAR))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("a single number in a block format");
  }

  @Test
  void refusesRoundingThatNoOperatorDoes() {
    ConversionMode away =
        new ConversionMode(Rounding.NEAREST_AWAY, Overflow.SATURATE, Subnormals.KEEP);
    BlockQuantizer quantizer = quantizer("mxfp6-e3m2", 1, away);
    assertThatThrownBy(() -> file(quantizer, Shape.of(2, 4)))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("no element type of ONNX has the values of e3m2");
  }

  private static BlockQuantizer quantizer(String format, int axis, ConversionMode mode) {
    return BlockQuantizer.of((BlockFormat) Formats.parse(format), axis, MAXVAL, mode);
  }

  /**
   * Numbers of all magnitudes: whole blocks are large, small, or of one size; some are ends. NaN,
   * which integers and FP4 have no code for, if asked for.
   */
  private static Tensor numbers(Shape shape, boolean withNan) {
    Random random = new Random(shape.elements());
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      int part = i * 12 / values.length;
      double spread = part < 4 ? 0 : part < 8 ? random.nextInt(60) - 30 : part * 30 - 300;
      values[i] = (float) (random.nextGaussian() * Math.scalb(1.0, (int) spread));
      if (part % 2 == 1 && random.nextInt(6) == 0) {
        values[i] = ENDS[random.nextInt(ENDS.length)];
      }
      if (part == 3 && withNan && random.nextInt(9) == 0) {
        values[i] = Float.NaN;
      }
    }
    return Tensor.ofFloats(shape, values);
  }

  private static Tensor quantized(BlockQuantizer quantizer, Tensor x) {
    BlockQuantizer[] one = {quantizer};
    return ConstantQuantization.apply(x, Channels.TENSOR, one, 0, 0, Workers.CALLER);
  }

  private static byte[] file(BlockQuantizer quantizer, Shape shape) {
    return file(quantizer, shape, OnnxWriter.NEWEST_OPSET);
  }

  private static byte[] file(BlockQuantizer quantizer, Shape shape, int opset) {
    TensorType type = new TensorType(DataType.FLOAT, shape);
    List<GraphInput.Dimension> dims = InputSizes.dimensions(shape);
    Graph empty =
        new Graph(
            "blocks",
            List.of(new GraphInput("x", DataType.FLOAT, dims)),
            List.of("y"),
            List.of(),
            Map.of(),
            Map.of("x", type, "y", type));
    ExportedNodes nodes = new ExportedNodes(empty);
    QuantizerId id = QuantizerId.alone("blocks");
    new PairedQuantizers(nodes, opset).activation(id, quantizer, "x", "y");
    List<OnnxWriter.Output> outputs = List.of(new OnnxWriter.Output("y", DataType.FLOAT, dims));
    return OnnxWriter.bytes(new OnnxWriter.Content(nodes.toGraph(), outputs, opset, "0", Map.of()));
  }

  private static Tensor run(byte[] file, Tensor x) {
    try (Network network =
        new Network(
            OnnxModel.read("blocks", file),
            Numerics.float32(FloatMath.FUSED),
            Backends.choose("cpu"),
            2)) {
      Tensor y = network.run(Map.of("x", x)).get("y");
      return Tensor.ofFloats(y.shape(), y.toFloats());
    }
  }

  private static void assertSame(Tensor expected, Tensor actual, String what) {
    float[] wanted = expected.toFloats();
    float[] found = actual.toFloats();
    for (int i = 0; i < wanted.length; i++) {
      boolean isSame = wanted[i] == found[i] || (Float.isNaN(wanted[i]) && Float.isNaN(found[i]));
      assertThat(isSame).as("%s: [%d] is %s, not %s", what, i, found[i], wanted[i]).isTrue();
    }
  }
}
