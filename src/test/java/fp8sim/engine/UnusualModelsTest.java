package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Empty tensors, parameters of odd shapes and unread parts of models; and types without kernels.
 */
class UnusualModelsTest {
  private static TestModel model() {
    return new TestModel(17).output("y");
  }

  /** The output y, the same on both backends. */
  private static Tensor run(TestModel model, Tensor... inputs) {
    Tensor reference = run("reference", model, inputs);
    Tensor cpu = run("cpu", model, inputs);
    assertThat(cpu.type()).isEqualTo(reference.type());
    assertThat(cpu.shape()).isEqualTo(reference.shape());
    assertThat(cpu.data().mismatch(reference.data())).isEqualTo(-1);
    return cpu;
  }

  private static Tensor run(String backend, TestModel model, Tensor... inputs) {
    Numerics numerics = Numerics.float32(FloatMath.SEPARATE);
    try (Network network = new Network(model.read(), numerics, Backends.choose(backend), 2)) {
      Map<String, Tensor> fed = new LinkedHashMap<>();
      for (int i = 0; i < inputs.length; i++) {
        fed.put(network.blueprint().inputNames().get(i), inputs[i]);
      }
      Tensor y = network.run(fed).get("y");
      Tensor copy = Tensor.zeros(y.type(), y.shape());
      copy.data().copyFrom(y.data());
      return copy;
    }
  }

  private static Tensor floats(Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    return Tensor.ofFloats(shape, values);
  }

  @Test
  void productsOfEmptyMatrices() {
    TestModel noRows =
        model()
            .input("x", 0, 3)
            .initializer("w", floats(Shape.of(3, 4)))
            .node("MatMul", "x w", "a")
            .node("Gemm", "x w", "b")
            .node("Add", "a b", "y");
    assertThat(run(noRows, floats(Shape.of(0, 3))).shape()).isEqualTo(Shape.of(0, 4));
    TestModel noColumns =
        model()
            .input("x", 2, 3)
            .initializer("w", floats(Shape.of(3, 0)))
            .node("MatMul", "x w", "y");
    assertThat(run(noColumns, floats(Shape.of(2, 3))).shape()).isEqualTo(Shape.of(2, 0));
    TestModel noTerms =
        model()
            .input("x", 2, 0)
            .initializer("w", floats(Shape.of(0, 2)))
            .initializer("c", floats(Shape.of(2)))
            .node("MatMul", "x w", "a")
            .node("Gemm", "x w c", "b")
            .node("Add", "a b", "y");
    assertThat(run(noTerms, floats(Shape.of(2, 0))).toFloats()).containsExactly(1, 2, 1, 2);
    TestModel computed = model().input("x", 2, 0).input("z", 0, 3).node("MatMul", "x z", "y");
    assertThat(run(computed, floats(Shape.of(2, 0)), floats(Shape.of(0, 3))).toFloats())
        .containsOnly(0);
    TestModel batches = model().input("x", 0, 2, 3).input("z", 3, 2).node("MatMul", "x z", "y");
    assertThat(run(batches, floats(Shape.of(0, 2, 3)), floats(Shape.of(3, 2))).shape())
        .isEqualTo(Shape.of(0, 2, 2));
  }

  @Test
  void weightsOfNoChannelsAreNotQuantized() {
    TestModel model =
        model()
            .input("x", 2, 3)
            .initializer("w", floats(Shape.of(3, 0)))
            .initializer("v", floats(Shape.of(3, 4)))
            .node("MatMul", "x w", "none")
            .node("MatMul", "x v", "some")
            .node("Concat", "none some", "y", TestModel.integer("axis", 1));
    Tensor x = floats(Shape.of(2, 3));
    for (String format : List.of("int4", "e4m3", "mxfp4")) {
      Numerics numerics = NumericsParser.parse(Map.of("format", List.of(format)));
      Blueprint bare = Blueprint.of(model.read(), numerics, Backends.choose("cpu"), 1);
      try (Network network = Calibrator.calibrated(bare, List.of(Map.of("x", x))).open()) {
        assertThat(network.run(Map.of("x", x)).get("y").shape()).isEqualTo(Shape.of(2, 4));
      }
    }
  }

  @Test
  void meansOfIntegersOverAllPixels() {
    TestModel model =
        new TestModel(18)
            .input("x", DataType.INT64, 1, 2, 2, 2)
            .longs("axes", 2, 3)
            .node("ReduceMean", "x axes", "y")
            .output("y", DataType.INT64);
    Tensor x = Tensor.ofLongs(Shape.of(1, 2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 9);
    assertThat(run(model, x).data().toArray(Tensor.LONG)).containsExactly(2, 6);
  }

  @Test
  void aVectorHasNoTranspose() {
    TestModel model =
        model()
            .input("x", 2, 3)
            .input("v", 3)
            .runtimeNode("FusedMatMul", "x v", "y", TestModel.integer("transB", 1));
    Tensor v = Tensor.ofFloats(Shape.of(3), 1, 10, 100);
    assertThat(run(model, floats(Shape.of(2, 3)), v).toFloats()).containsExactly(321, 654);
  }

  @Test
  void zerosOfTypesThatAreNotReadAreRefused() {
    for (DataType type : List.of(DataType.UINT32, DataType.FLOAT8E5M2)) {
      TestModel model =
          new TestModel(17)
              .input("x", type, 3)
              .node("NonZero", "x", "y")
              .output("y", DataType.INT64);
      assertThatThrownBy(() -> run(model, Tensor.zeros(type, Shape.of(3))))
          .isInstanceOf(Fp8simException.class)
          .hasMessageContaining("input 0 has type " + type);
    }
  }

  @Test
  void integersAreClippedToConstants() {
    for (DataType type : List.of(DataType.INT64, DataType.UINT8, DataType.DOUBLE)) {
      TestModel model =
          new TestModel(17)
              .input("x", type, 3)
              .initializer("low", Tensor.zeros(type, Shape.SCALAR))
              .initializer("high", Tensor.zeros(type, Shape.of(1)))
              .node("Clip", "x low high", "y")
              .output("y", type);
      Tensor ones = Tensor.zeros(type, Shape.of(3));
      ones.data().fill((byte) 1);
      assertThat(run(model, ones).data().toArray(Tensor.BYTE)).containsOnly(0);
    }
  }

  @Test
  void aConvolutionOfNoChannelsIsItsBias() {
    TestModel model =
        model()
            .input("x", 1, 0, 2, 2)
            .initializer("w", floats(Shape.of(2, 0, 1, 1)))
            .initializer("b", floats(Shape.of(2)))
            .node("Conv", "x w b", "y");
    assertThat(run(model, floats(Shape.of(1, 0, 2, 2))).toFloats())
        .containsExactly(1, 1, 1, 1, 2, 2, 2, 2);
  }

  @Test
  void reductionsOfNothing() {
    Map<String, Float> expected =
        Map.of(
            "ReduceSum", 0f,
            "ReduceProd", 1f,
            "ReduceMax", Float.NEGATIVE_INFINITY,
            "ReduceMin", Float.POSITIVE_INFINITY,
            "ReduceLogSumExp", Float.NEGATIVE_INFINITY,
            "ReduceMean", Float.NaN);
    expected.forEach(
        (operator, value) -> {
          TestModel model = new TestModel(20).output("y").input("x", 2, 0).longs("axes", 1);
          model.node(operator, "x axes", "y");
          assertThat(run(model, floats(Shape.of(2, 0))).toFloats()).containsOnly(value);
        });
  }

  @Test
  void extremaOfNoIntegersAreTheEndsOfTheirType() {
    Map<DataType, List<Long>> ends =
        Map.of(
            DataType.INT8, List.of(-128L, 127L),
            DataType.UINT8, List.of(0L, 255L),
            DataType.INT32, List.of(-(1L << 31), (1L << 31) - 1),
            DataType.INT64, List.of(Long.MIN_VALUE, Long.MAX_VALUE),
            DataType.UINT64, List.of(0L, -1L));
    ends.forEach(
        (type, limits) -> {
          for (boolean max : new boolean[] {true, false}) {
            TestModel model = new TestModel(20).output("z", DataType.INT64).output("y");
            model.input("x", type, 2, 0).longs("axes", 1);
            model.node(max ? "ReduceMax" : "ReduceMin", "x axes", "m");
            model.node("Cast", "m", "y", TestModel.integer("to", DataType.INT64.onnxCode()));
            model.graph().removeOutput(0);
            Tensor y = run(model, Tensor.zeros(type, Shape.of(2, 0)));
            assertThat(y.data().get(Tensor.LONG, 8))
                .as("%s %s", type, max)
                .isEqualTo(limits.get(max ? 0 : 1));
          }
        });
  }

  @Test
  void scaleAndBiasOfLayersBroadcastEachForItself() {
    float[] normal = {-1.2247356f, 0, 1.2247356f};
    TestModel narrowBias =
        model()
            .input("x", 1, 3)
            .initializer("s", Tensor.ofFloats(Shape.of(3), 1, 2, 3))
            .initializer("b", Tensor.ofFloats(Shape.of(1), 10))
            .node("LayerNormalization", "x s b", "y");
    assertThat(run(narrowBias, floats(Shape.of(1, 3))).toFloats())
        .containsExactly(normal[0] + 10, 10, 3 * normal[2] + 10);
    TestModel wideBias =
        model()
            .input("x", 1, 3)
            .initializer("s", Tensor.ofFloats(Shape.of(1), 2))
            .initializer("b", Tensor.ofFloats(Shape.of(1, 3), 1, 2, 3))
            .node("LayerNormalization", "x s b", "y");
    assertThat(run(wideBias, floats(Shape.of(1, 3))).toFloats())
        .containsExactly(2 * normal[0] + 1, 2, 2 * normal[2] + 3);
  }

  @Test
  void sumsOverSeveralLetters() {
    TestModel model =
        model()
            .input("x", 2, 3)
            .input("z", 3, 2, 2)
            .node("Einsum", "x z x", "y", TestModel.string("equation", "ab,bcd,ab->d"));
    Tensor x = floats(Shape.of(2, 3));
    Tensor z = floats(Shape.of(3, 2, 2));
    // x^2 summed over its first axis is 17, 29, 45; z over its second axis 4, 6; 12, 14; 20, 22.
    assertThat(run(model, x, z).toFloats()).containsExactly(1316, 1498);
    Tensor nothing = Tensor.zeros(DataType.FLOAT, Shape.of(0, 3));
    TestModel empty =
        model().input("x", 0, 3).node("Einsum", "x", "y", TestModel.string("equation", "ab->b"));
    assertThat(run(empty, nothing).toFloats()).containsExactly(0, 0, 0);
  }

  @Test
  void resizeToNothing() {
    TestModel model =
        model()
            .input("x", 1, 1, 2, 2)
            .initializer("scales", Tensor.ofFloats(Shape.of(4), 1, 1, 0.4f, 1))
            .node("Resize", "x - scales", "y", TestModel.string("mode", "linear"));
    assertThat(run(model, floats(Shape.of(1, 1, 2, 2))).shape()).isEqualTo(Shape.of(1, 1, 0, 2));
  }

  @Test
  void whatNobodyReadsNeedNotBeSupported() {
    TestModel model = model().input("x", 2, 3).node("Relu", "x", "y");
    model.node("SequenceConstruct", "x", "a").node("Neg", "a", "b");
    model.graph().addInitializer(TensorProto.newBuilder().setName("w").setDataType(8));
    model.node("Gather", "w b", "c");
    // Supported, but of a shape that depends on what is computed.
    model.node("Cast", "x", "d", TestModel.integer("to", DataType.INT64.onnxCode()));
    model.node("ConstantOfShape", "d", "e");
    assertThat(run(model, floats(Shape.of(2, 3))).toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThatThrownBy(() -> model.output("b").read()).hasMessageContaining("SequenceConstruct");
  }

  @Test
  void resultsThatNobodyReadMayBeFirst() {
    TestModel split = model().input("x", 4).node("Split", "x", "- y", TestModel.integer("axis", 0));
    assertThat(run(split, floats(Shape.of(4))).toFloats()).containsExactly(3, 4);
    for (String first : new String[] {"-", "z"}) {
      TestModel pool =
          new TestModel(17)
              .output("y", DataType.INT64)
              .input("x", 1, 1, 4)
              .node("MaxPool", "x", first + " y", TestModel.integers("kernel_shape", 4));
      assertThat(run(pool, floats(Shape.of(1, 1, 4))).data().get(Tensor.LONG, 0)).isEqualTo(3);
    }
  }

  static Stream<TestModel> refused() {
    TestModel quantize = model().input("x", 2).scalar("s", 1).scalar("z", 0);
    TestModel trilu = model().input("x", 2, 2).scalar("k", 1);
    TestModel output = model().input("x", 1, 1, 2).initializer("w", floats(Shape.of(1, 1, 1)));
    TestModel resize =
        model().input("x", 0, 2).longs("sizes", 1, 2).scalar("roi", 0).scalar("scales", 0);
    TestModel endless = model().input("x", 100, 100);
    return Stream.of(
        endless.node("Einsum", "x x x x", "y", TestModel.string("equation", "ab,cd,ef,gh->")),
        quantize.node("QuantizeLinear", "x s z", "y"),
        trilu.node("Trilu", "x k", "y"),
        model()
            .input("x", 1, 1, 2)
            .node("MaxPool", "x", "y", TestModel.integers("kernel_shape", 2, 2)),
        output.node("ConvTranspose", "x w", "y", TestModel.integers("output_padding", 0, 0)),
        resize.node("Resize", "x - - sizes", "y"),
        model().input("x", DataType.INT32, 0).node("ReduceMean", "x", "y"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatNoKernelComputesIsRefused(TestModel model) {
    refuses(model);
  }

  static Stream<String> floatOperators() {
    return Stream.of(
        "Softmax",
        "ReduceSum",
        "ReduceMax",
        "Relu",
        "Exp",
        "Clip",
        "CumSum",
        "ArgMax",
        "Add",
        "MatMul",
        "Less",
        "Equal",
        "Pow",
        "GlobalAveragePool",
        "MaxPool",
        "LpNormalization",
        "LRN");
  }

  @ParameterizedTest
  @MethodSource("floatOperators")
  void noOperatorComputesOnTypesForStorage(String operator) {
    for (DataType type :
        Arrays.stream(DataType.values()).filter(DataType::isStorageOnly).toList()) {
      TestModel model = new TestModel(19).input("x", type, 1, 1, 2, 2).output("y", type);
      model.longs("axis", 1);
      switch (operator) {
        case "Add", "MatMul", "Less", "Equal", "Pow" -> model.node(operator, "x x", "y");
        case "CumSum" -> model.node(operator, "x axis", "y");
        case "MaxPool" -> model.node(operator, "x", "y", TestModel.integers("kernel_shape", 1, 1));
        case "LRN" -> model.node(operator, "x", "y", TestModel.integer("size", 1));
        default -> model.node(operator, "x", "y");
      }
      refuses(model);
    }
  }

  private static void refuses(TestModel model) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Numerics numerics = Numerics.float32(FloatMath.SEPARATE);
    Blueprint network = Blueprint.of(model.read(), numerics, Backends.choose("cpu"), 1);
    network
        .inputs()
        .forEach(
            input ->
                shapes.put(
                    input.name(),
                    Shape.of(input.dims().stream().mapToInt(dim -> dim.size()).toArray())));
    assertThatThrownBy(() -> network.quantize(shapes, Map.of()))
        .isInstanceOfSatisfying(
            Fp8simException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT);
              assertThat(e).hasMessageStartingWith("test.onnx: ").hasMessageContaining("\"n_y\"");
            });
  }
}
