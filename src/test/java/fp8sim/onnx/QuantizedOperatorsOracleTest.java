package fp8sim.onnx;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static fp8sim.onnx.TestModel.number;
import static fp8sim.onnx.TestModel.numbers;
import static fp8sim.onnx.TestModel.string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnxruntime.OrtException;
import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.tensor.DataType;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Quantized, integer, fused and block-weight operators; ONNX Runtime is the oracle. Where it adds
 * integers or looks functions up, codes may differ by one.
 */
class QuantizedOperatorsOracleTest {
  private static final String DOMAIN = "com.microsoft";

  private final Random random = new Random(11);

  /** A model that also reads ONNX Runtime's own domain. */
  private static TestModel model(int opset) {
    TestModel model = new TestModel(opset);
    model.model().addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1));
    return model;
  }

  private static TestModel microsoft(
      TestModel model, String operator, String inputs, String output, AttributeProto... list) {
    model.node(operator, inputs, output, list);
    model.graph().getNodeBuilder(model.graph().getNodeCount() - 1).setDomain(DOMAIN);
    return model;
  }

  private Tensor codes(DataType type, int... dims) {
    Tensor tensor = Tensor.zeros(type, Shape.of(dims));
    for (int i = 0; i < tensor.shape().elements(); i++) {
      tensor.data().set(Tensor.BYTE, i, PackedElements.code(type, random.nextInt(256)));
    }
    return tensor;
  }

  private static Tensor bytes(DataType type, int... values) {
    Tensor tensor = Tensor.zeros(type, Shape.of(values.length));
    for (int i = 0; i < values.length; i++) {
      tensor.data().set(Tensor.BYTE, i, (byte) values[i]);
    }
    return tensor;
  }

  private static Tensor scalar(DataType type, int value) {
    return bytes(type, value).reshape(Shape.SCALAR);
  }

  private static Tensor ints(int... values) {
    Tensor tensor = Tensor.zeros(DataType.INT32, Shape.of(values.length));
    for (int i = 0; i < values.length; i++) {
      tensor.data().setAtIndex(Tensor.INT, i, values[i]);
    }
    return tensor;
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Adds codes {@code q} of the input x in steps of 0.03 around 120. */
  private static TestModel quantized(TestModel model, int... dims) {
    model.input("x", dims).scalar("xs", 0.03f).initializer("xz", scalar(DataType.UINT8, 120));
    return model.node("QuantizeLinear", "x xs xz", "q");
  }

  @Test
  void integerProductsAreExact() {
    TestModel product = quantized(model(13), 3, 70);
    product.initializer("w", codes(DataType.INT8, 70, 5));
    product.initializer("wz", bytes(DataType.INT8, 0, 3, -7, 127, -128));
    product.node("MatMulInteger", "q w xz wz", "y");
    Oracle.check(product.output("y", DataType.INT32));
    TestModel plain = quantized(model(13), 3, 70).initializer("w", codes(DataType.UINT8, 70, 5));
    Oracle.check(plain.node("MatMulInteger", "q w", "y").output("y", DataType.INT32));
    TestModel conv = quantized(model(13), 2, 4, 6, 5);
    conv.initializer("w", codes(DataType.UINT8, 6, 2, 3, 3));
    conv.initializer("wz", scalar(DataType.UINT8, 99));
    AttributeProto[] window = {integers("pads", 1, 0, 2, 1), integer("group", 2)};
    Oracle.check(conv.node("ConvInteger", "q w xz wz", "y", window).output("y", DataType.INT32));
  }

  @ParameterizedTest
  @ValueSource(floats = {1, 0, -1})
  void dynamicQuantization(float sign) {
    TestModel model = model(11).input("x", 3, 40).scalar("sign", sign);
    model.node("Abs", "x", "a").node("Mul", "a sign", "b");
    if (sign == 1) {
      model.node("DynamicQuantizeLinear", "x", "y s z");
    } else {
      model.node("DynamicQuantizeLinear", "b", "y s z");
    }
    Oracle.check(model.output("y", DataType.UINT8).output("s").output("z", DataType.UINT8));
  }

  @Test
  void integerProductsToFloat() {
    for (String bias : new String[] {"", " bias"}) {
      TestModel dynamic = model(13).input("x", 3, 24).floats("bias", Shape.of(5), floats(5));
      dynamic.initializer("w", codes(DataType.UINT8, 24, 5)).scalar("ws", 0.02f);
      dynamic.initializer("wz", scalar(DataType.UINT8, 110));
      microsoft(dynamic, "DynamicQuantizeMatMul", "x w ws wz" + bias, "y");
      Oracle.check(dynamic.output("y"));
      TestModel product = quantized(model(13), 3, 24).floats("bias", Shape.of(5), floats(5));
      product.initializer("w", codes(DataType.UINT8, 24, 5)).scalar("ws", 0.02f);
      product.initializer("wz", scalar(DataType.UINT8, 110));
      microsoft(product, "MatMulIntegerToFloat", "q w xs ws xz wz" + bias, "y");
      Oracle.check(product.output("y"));
    }
  }

  @Test
  void fusedConvolutions() {
    for (AttributeProto[] activation :
        new AttributeProto[][] {
          {string("activation", "Relu")},
          {string("activation", "Tanh")},
          {string("activation", "LeakyRelu"), numbers("activation_params", 0.2f)},
          {string("activation", "Clip"), numbers("activation_params", -0.5f, 1.5f)},
          {string("activation", "HardSigmoid"), numbers("activation_params", 0.3f, 0.4f)},
        }) {
      TestModel model = model(13).input("x", 2, 3, 6, 5).input("z", 2, 4, 4, 3);
      model.floats("w", Shape.of(4, 3, 3, 3), floats(108)).floats("b", Shape.of(4), floats(4));
      Oracle.check(microsoft(model, "FusedConv", "x w b z", "y", activation).output("y"));
    }
  }

  @Test
  void fusedMatrixProducts() {
    TestModel gemm = model(13).input("a", 4, 3).input("b", 5, 4).input("c", 5);
    AttributeProto[] attributes = {
      number("alpha", 0.5f),
      number("beta", 2),
      integer("transA", 1),
      integer("transB", 1),
      string("activation", "LeakyRelu"),
      number("activation_alpha", 0.3f)
    };
    Oracle.check(microsoft(gemm, "FusedGemm", "a b c", "y", attributes).output("y"));
    for (int transA = 0; transA < 2; transA++) {
      for (int transB = 0; transB < 2; transB++) {
        AttributeProto[] list = {
          number("alpha", 0.25f), integer("transA", transA), integer("transB", transB)
        };
        TestModel model = model(13);
        model.input("a", transA == 1 ? new int[] {2, 6, 3} : new int[] {2, 3, 6});
        model.input("b", transB == 1 ? new int[] {2, 5, 6} : new int[] {2, 6, 5});
        Shape weight = transB == 1 ? Shape.of(5, 6) : Shape.of(6, 5);
        model.floats("w", weight, floats(30));
        microsoft(model, "FusedMatMul", "a b", "y", list);
        microsoft(model, "FusedMatMul", "a w", "v", list);
        Oracle.check(model.output("y").output("v"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 32, 16", "4, 33, 16", "8, 40, 16", "4, 96, 32", "8, 33, 32"})
  void weightsInBlocks(int bits, int k, int block) {
    int rows = 3;
    int blocks = Math.ceilDiv(k, block);
    for (String rest : new String[] {"", " z", " z - bias", " f"}) {
      if (bits == 8 && rest.equals(" f")) {
        continue; // not in ONNX Runtime
      }
      TestModel model = model(17).input("x", 2, k);
      model.initializer("w", codes(DataType.UINT8, rows, blocks, block * bits / 8));
      model.floats("s", Shape.of(rows * blocks), floats(rows * blocks));
      model.initializer("z", codes(DataType.UINT8, rows * Math.ceilDiv(blocks * bits, 8)));
      model.floats("f", Shape.of(rows * blocks), floats(rows * blocks));
      model.floats("bias", Shape.of(rows), floats(rows));
      AttributeProto[] list = {
        integer("K", k), integer("N", rows), integer("bits", bits), integer("block_size", block)
      };
      Oracle.check(microsoft(model, "MatMulNBits", "x w s" + rest, "y", list).output("y"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"INT4", "UINT4"})
  void fourBits(DataType type) {
    TestModel casts = new TestModel(21).input("x", 4, 9).scalar("s", 5);
    casts.node("Mul", "x s", "large").node("Clip", "large lo hi", "c");
    casts.scalar("lo", type == DataType.INT4 ? -8 : 0).scalar("hi", type == DataType.INT4 ? 7 : 15);
    casts.node("Round", "c", "r").node("Cast", "r", "q", integer("to", type.onnxCode()));
    Oracle.check(casts.node("Cast", "q", "y", integer("to", 1)).output("y"));
    TestModel axis = new TestModel(21).input("x", 3, 5).floats("s", Shape.of(3), 0.2f, 0.1f, 1);
    axis.initializer("z", bytes(type, 1, 0, 7)).node("QuantizeLinear", "x s z", "q", axis(0));
    Oracle.check(axis.node("DequantizeLinear", "q s z", "y", axis(0)).output("y"));
    TestModel blocks = new TestModel(21).input("x", 2, 7).floats("s", Shape.of(2, 3), floats(6));
    blocks.initializer("w", codes(type, 2, 7)).initializer("z", codes(type, 2, 3));
    blocks.node("DequantizeLinear", "w s z", "d", axis(1), integer("block_size", 3));
    Oracle.check(blocks.node("Add", "d x", "y").output("y"));
  }

  private static AttributeProto axis(int axis) {
    return integer("axis", axis);
  }

  @Test
  void sixteenBitsInOnnxRuntimesDomain() {
    TestModel model = model(13).input("x", 4, 9).scalar("s", 1e-4f);
    Tensor zero = Tensor.zeros(DataType.UINT16, Shape.SCALAR);
    zero.data().set(Tensor.SHORT, 0, (short) 40000);
    microsoft(model.initializer("z", zero), "QuantizeLinear", "x s z", "q");
    Oracle.check(microsoft(model, "DequantizeLinear", "q s z", "y").output("y"));
  }

  @Test
  void biasesOfOneElement() {
    TestModel model = model(13).input("x", 1).floats("s", Shape.of(1), 0.5f);
    model.initializer("b", ints(7)).initializer("z", ints(0).reshape(Shape.SCALAR));
    model.node("DequantizeLinear", "b s z", "d").node("Add", "x d", "y");
    Oracle.check(model.output("y"));
  }

  @Test
  void convolutionsOfCodes() throws OrtException {
    TestModel model = quantized(model(13), 2, 3, 8, 7);
    model.initializer("w", codes(DataType.INT8, 4, 3, 3, 3)).initializer("b", ints(5, -900, 0, 70));
    model.floats("ws", Shape.of(4), 0.01f, 0.02f, 0.004f, 0.01f);
    model.initializer("wz", bytes(DataType.INT8, 0, 0, 0, 0)).scalar("ys", 0.4f);
    model.initializer("yz", scalar(DataType.UINT8, 100));
    model.node("QLinearConv", "q xs xz w ws wz ys yz b", "y", integers("strides", 2, 1));
    withinOneCode(model.output("y", DataType.UINT8));
  }

  @Test
  void productsOfCodes() throws OrtException {
    TestModel model = quantized(model(13), 6, 30);
    model.initializer("w", codes(DataType.UINT8, 30, 4)).scalar("ws", 0.01f);
    model.initializer("wz", scalar(DataType.UINT8, 128)).scalar("ys", 0.3f);
    model.initializer("yz", scalar(DataType.UINT8, 130));
    withinOneCode(
        model.node("QLinearMatMul", "q xs xz w ws wz ys yz", "y").output("y", DataType.UINT8));
    for (String result : new String[] {" ys yz", ""}) {
      TestModel gemm = quantized(model(13), 6, 30).initializer("c", ints(-300, 2000, 0, 5));
      gemm.initializer("w", codes(DataType.INT8, 4, 30)).initializer("wz", bytes4());
      gemm.floats("ws", Shape.of(4), 0.01f, 0.02f, 0.004f, 0.01f).scalar("ys", 0.3f);
      gemm.initializer("yz", scalar(DataType.UINT8, 130));
      String inputs = "q xs xz w ws wz c" + result;
      microsoft(gemm, "QGemm", inputs, "y", integer("transB", 1), number("alpha", 0.5f));
      if (result.isEmpty()) {
        Oracle.check(gemm.output("y"));
      } else {
        withinOneCode(gemm.output("y", DataType.UINT8));
      }
    }
  }

  private static Tensor bytes4() {
    return bytes(DataType.INT8, 0, 0, 0, 0);
  }

  /** Adds an operator that reads q, and w as its second tensor, and gives codes of 0.05 at 90. */
  private TestModel twoTensors(String operator, String inputs, AttributeProto... list) {
    TestModel model = quantized(model(13), 4, 3, 6);
    model.initializer("w", codes(DataType.UINT8, 4, 3, 6)).scalar("ws", 0.02f);
    model.initializer("wz", scalar(DataType.UINT8, 128)).scalar("ys", 0.05f);
    model.initializer("yz", scalar(DataType.UINT8, 90));
    Tensor mask = codes(DataType.UINT2, 4, 3, 6);
    model.initializer("u", bytes(DataType.BOOL, 1, 0, 1, 1, 0, 0)).initializer("unused", mask);
    return microsoft(model, operator, inputs, "y", list).output("y", DataType.UINT8);
  }

  @Test
  void elementsOfCodes() throws OrtException {
    withinOneCode(twoTensors("QLinearAdd", "q xs xz w ws wz ys yz"));
    withinOneCode(twoTensors("QLinearMul", "q xs xz w ws wz ys yz"));
    withinOneCode(twoTensors("QLinearWhere", "u q xs xz w ws wz ys yz"));
    withinOneCode(twoTensors("QLinearConcat", "ys yz q xs xz w ws wz", axis(1)));
    withinOneCode(
        twoTensors("QLinearSigmoid", "q xs xz ps pz")
            .scalar("ps", 1 / 256f)
            .initializer("pz", scalar(DataType.UINT8, 0)));
    withinOneCode(twoTensors("QLinearLeakyRelu", "q xs xz ys yz", number("alpha", 0.1f)));
    withinOneCode(
        twoTensors("QLinearSoftmax", "q xs xz ps pz", axis(-1), integer("opset", 13))
            .scalar("ps", 1 / 256f)
            .initializer("pz", scalar(DataType.UINT8, 0)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void poolingOfCodes(int channelsLast) throws OrtException {
    AttributeProto last = integer("channels_last", channelsLast);
    for (String operator : new String[] {"QLinearAveragePool", "QLinearGlobalAveragePool"}) {
      TestModel model = quantized(model(13), 2, 4, 6, 5).scalar("ys", 0.017f);
      model.initializer("yz", scalar(DataType.UINT8, 110));
      AttributeProto[] list =
          operator.contains("Global")
              ? new AttributeProto[] {last}
              : new AttributeProto[] {
                last, integers("kernel_shape", 3, 2), integers("strides", 2, 1)
              };
      microsoft(model, operator, "q xs xz ys yz", "y", list);
      withinOneCode(model.output("y", DataType.UINT8));
    }
  }

  /** Codes differ by at most one, and few do. */
  private void withinOneCode(TestModel model) throws OrtException {
    int[] dims =
        model.graph().getInput(0).getType().getTensorType().getShape().getDimList().stream()
            .mapToInt(dim -> (int) dim.getDimValue())
            .toArray();
    Shape shape = Shape.of(dims);
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(shape, floats(shape.elements())));
    Tensor expected = OnnxRuntime.run(model.bytes(), inputs).get("y");
    Numerics numerics = Numerics.float32(FloatMath.SEPARATE);
    try (Network network = new Network(model.read(), numerics, Backends.choose("reference"), 1)) {
      Tensor actual = network.run(inputs).get("y");
      assertThat(actual.type()).isEqualTo(expected.type());
      assertThat(actual.shape()).isEqualTo(expected.shape());
      int different = 0;
      int codes = expected.shape().elements();
      for (int i = 0; i < codes; i++) {
        int a = actual.data().get(Tensor.BYTE, i) & 0xFF;
        int e = expected.data().get(Tensor.BYTE, i) & 0xFF;
        assertThat(Math.abs(a - e)).as("%d: %d instead of %d", i, a, e).isLessThanOrEqualTo(1);
        different += a == e ? 0 : 1;
      }
      assertThat(different).isLessThanOrEqualTo(codes / 10);
    }
  }

  @Test
  void wrongModelsAreRefused() {
    TestModel types = new TestModel(21).input("x", 4).scalar("s", 1);
    types.initializer("z", bytes(DataType.INT4, 0).reshape(Shape.SCALAR));
    types.node("QuantizeLinear", "x s z", "q", integer("output_dtype", 2)).output("q");
    refuses(types, "output_dtype is UINT8, the zero point's type INT4");
    TestModel weight = model(17).input("x", 2, 32).scalar("s", 1);
    weight.initializer("w", codes(DataType.UINT8, 1, 2, 7));
    AttributeProto[] list = {integer("K", 32), integer("N", 1), integer("block_size", 16)};
    microsoft(weight, "MatMulNBits", "x w s", "y", list).output("y");
    refuses(weight, "B has 14 bytes where K, N, bits and block_size need 16");
    TestModel huge = model(17).input("x", 2, 32).scalar("s", 1);
    huge.initializer("w", codes(DataType.UINT8, 1, 2, 7));
    AttributeProto[] sizes = {
      integer("K", 1 << 30), integer("N", 1 << 30), integer("block_size", 1 << 30)
    };
    microsoft(huge, "MatMulNBits", "x w s", "y", sizes).output("y");
    refuses(huge, "its weight has more than 2^31-1 elements");
    TestModel bits = model(17).input("x", 2, 32).scalar("s", 1);
    bits.initializer("w", codes(DataType.UINT8, 1, 2, 6));
    AttributeProto[] three = {
      integer("K", 32), integer("N", 1), integer("block_size", 16), integer("bits", 3)
    };
    refuses(microsoft(bits, "MatMulNBits", "x w s", "y", three).output("y"), "bits = 3");
    TestModel conv = model(13).input("x", 1, 1, 3, 3).floats("w", Shape.of(1, 1, 1, 1), 1);
    microsoft(conv, "FusedConv", "x w", "y", string("activation", "Softmax")).output("y");
    refuses(conv, "activation = Softmax");
    TestModel concat = quantized(model(13), 4);
    microsoft(concat, "QLinearConcat", "xs xz q xs xz q", "y", axis(0)).output("y");
    refuses(concat, "has 6 inputs, not 2 and 3 per tensor");
  }

  private static void refuses(TestModel model, String why) {
    assertThatThrownBy(model::read).hasMessageContaining(why).hasMessageNotContaining("\n");
  }
}
