package fp8sim.onnx;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static fp8sim.onnx.TestModel.number;
import static fp8sim.onnx.TestModel.numbers;
import static fp8sim.onnx.TestModel.string;
import static fp8sim.onnx.TestModel.tensor;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Forms of operators that ONNX's own node tests at hand do not have; ONNX Runtime is the oracle.
 */
class OperatorOracleTest {

  /** A model of one node that reads {@code x [2,3,8,6]}. */
  private static TestModel one(int opset, String operator, String inputs, AttributeProto... list) {
    return new TestModel(opset)
        .input("x", 2, 3, 8, 6)
        .node(operator, inputs, "y", list)
        .output("y");
  }

  @ParameterizedTest
  @CsvSource({"Mish,18", "HardSwish,14", "Gelu,20", "Gelu,22", "Sign,13", "Softsign,22", "Atan,7"})
  void functions(String operator, int opset) {
    Oracle.check(one(opset, operator, "x"));
  }

  @Test
  void functionsWithAttributes() {
    Oracle.check(one(20, "Gelu", "x", string("approximate", "tanh")));
    Oracle.check(one(12, "Celu", "x", number("alpha", 0.7f)));
    Oracle.check(one(10, "Clip", "x", number("min", -0.5f)));
    Oracle.check(one(6 + 1, "Clip", "x", number("min", -0.5f), number("max", 0.25f)));
    Oracle.check(one(22, "ThresholdedRelu", "x", number("alpha", 0.3f)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Max", "Min", "Sum", "Mean"})
  void chainsOfThree(String operator) {
    TestModel model = one(8, operator, "x w v");
    Oracle.check(model.floats("w", Shape.of(6), 1, -1, 0.5f, 0, 2, -2).scalar("v", 0.25f));
  }

  @Test
  void reductions() {
    for (String operator : List.of("ReduceMean", "ReduceL2", "ReduceMax", "ReduceLogSumExp")) {
      Oracle.check(one(18, operator, "x axes", integer("keepdims", 0)).longs("axes", -1, 1));
      Oracle.check(one(13, operator, "x", integers("axes", 2, 3)));
      Oracle.check(one(20, operator, "x"));
    }
    Oracle.check(one(18, "ReduceMax", "x", integer("noop_with_empty_axes", 1)));
    Oracle.check(one(13, "ReduceSum", "x axes").longs("axes", 0, 2));
    Oracle.check(one(11, "ReduceSum", "x", integers("axes", -2)));
  }

  @Test
  void softmaxOverAllAxesToTheEnd() {
    Oracle.check(one(12, "Softmax", "x"));
    Oracle.check(one(11, "Softmax", "x", integer("axis", 2)));
    Oracle.check(one(12, "LogSoftmax", "x", integer("axis", -1)));
    Oracle.check(one(13, "LogSoftmax", "x", integer("axis", 1)));
  }

  @Test
  void axesAsAttributesAndAsInputs() {
    TestModel old = new TestModel(11).input("x", 2, 1, 3);
    old.node("Squeeze", "x", "a", integers("axes", 1));
    old.node("Unsqueeze", "a", "y", integers("axes", 0, 3)).output("y");
    Oracle.check(old);
    TestModel all = new TestModel(13).input("x", 2, 1, 3).node("Squeeze", "x", "y").output("y");
    Oracle.check(all);
  }

  @Test
  void slices() {
    Oracle.check(
        one(
            9,
            "Slice",
            "x",
            integers("starts", 1, -5),
            integers("ends", 100, -1),
            integers("axes", 2, 3)));
    Oracle.check(
        one(13, "Slice", "x s e a t")
            .longs("s", -1, 5)
            .longs("e", Long.MIN_VALUE + 1, 0)
            .longs("a", 2, -1)
            .longs("t", -3, -2));
  }

  @Test
  void splits() {
    for (int opset : new int[] {11, 13, 18}) {
      TestModel model = new TestModel(opset).input("x", 4, 7);
      AttributeProto axis = integer("axis", 1);
      switch (opset) {
        case 11 -> model.node("Split", "x", "a b", axis, integers("split", 3, 4));
        case 13 -> model.longs("s", 2, 5).node("Split", "x s", "a b", axis);
        default -> model.node("Split", "x", "a b", axis, integer("num_outputs", 2));
      }
      Oracle.check(model.output("a").output("b"));
    }
  }

  @Test
  void pads() {
    AttributeProto pads = integers("pads", 0, 0, 1, 2, 0, 0, 3, 0);
    Oracle.check(one(7, "Pad", "x", pads, number("value", 1.5f)));
    Oracle.check(one(10, "Pad", "x", pads, string("mode", "reflect")));
    Oracle.check(one(10, "Pad", "x", pads, string("mode", "edge")));
    Oracle.check(one(18, "Pad", "x p - a").longs("p", 1, 0, 0, -2).longs("a", -1, 2));
    Oracle.check(one(19, "Pad", "x p", string("mode", "wrap")).longs("p", 0, 1, 2, 1, 0, 0, 3, 2));
  }

  @Test
  void upsampling() {
    Oracle.check(one(8, "Upsample", "x", numbers("scales", 1, 1, 2, 3), string("mode", "nearest")));
    Oracle.check(one(9, "Upsample", "x s", string("mode", "linear")).floats("s", four(), scales()));
    Oracle.check(one(10, "Resize", "x s").floats("s", four(), scales()));
    Oracle.check(one(10, "Resize", "x s").floats("s", four(), 1, 1, 0.4f, 0.7f));
    Oracle.check(one(10, "Resize", "x s", string("mode", "linear")).floats("s", four(), scales()));
  }

  private static Shape four() {
    return Shape.of(4);
  }

  private static float[] scales() {
    return new float[] {1, 1, 2, 1.5f};
  }

  @ParameterizedTest
  @ValueSource(strings = {"nearest", "linear", "cubic"})
  void resizing(String mode) {
    AttributeProto how = string("mode", mode);
    Oracle.check(
        one(18, "Resize", "x - s", how, integers("axes", 2, 3))
            .floats("s", Shape.of(2), 1.7f, 0.6f));
    Oracle.check(one(18, "Resize", "x - - z", how, integers("axes", 3, 2)).longs("z", 13, 5));
    Oracle.check(one(13, "Resize", "x - - z", how).longs("z", 2, 3, 16, 3));
    AttributeProto symmetric = string("coordinate_transformation_mode", "half_pixel_symmetric");
    Oracle.check(one(19, "Resize", "x - s", how, symmetric).floats("s", four(), 1, 1, 0.7f, 1.3f));
    for (String policy : List.of("not_larger", "not_smaller")) {
      Oracle.check(
          one(
                  19,
                  "Resize",
                  "x - - z",
                  how,
                  integers("axes", 2, 3),
                  string("keep_aspect_ratio_policy", policy))
              .longs("z", 12, 12));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "cubic"})
  void resizingWithAntialias(String mode) {
    Oracle.check(
        one(18, "Resize", "x - s", string("mode", mode), integer("antialias", 1))
            .floats("s", four(), 1, 1, 0.6f, 0.4f));
  }

  @Test
  void normalizations() {
    TestModel group = new TestModel(18).input("x", 2, 4, 3, 3);
    group.floats("s", Shape.of(2), 1, 2).floats("b", Shape.of(2), 0.5f, -1);
    group.node("GroupNormalization", "x s b", "y", integer("num_groups", 2)).output("y");
    Oracle.check(group);
    TestModel perChannel = new TestModel(21).input("x", 2, 4, 3, 3);
    perChannel.floats("s", four(), 1, 2, 3, 4).floats("b", four(), 0.5f, -1, 0, 1);
    perChannel.node("GroupNormalization", "x s b", "y", integer("num_groups", 2)).output("y");
    Oracle.check(perChannel);
    TestModel layer = new TestModel(17).input("x", 2, 3, 4).floats("s", four(), 1, 2, 3, 4);
    layer.node("LayerNormalization", "x s", "y m d", number("epsilon", 0.01f));
    Oracle.check(layer.output("y").output("m").output("d"));
    TestModel batch = new TestModel(8).input("x", 2, 3, 4);
    for (String name : List.of("s", "b", "m", "v")) {
      batch.floats(name, Shape.of(3), 0.5f, 1, 2);
    }
    Oracle.check(batch.node("BatchNormalization", "x s b m v", "y").output("y"));
    Oracle.check(one(13, "LRN", "x", integer("size", 3), number("alpha", 0.1f)));
    Oracle.check(one(13, "LpNormalization", "x", integer("axis", 1), integer("p", 1)));
  }

  @Test
  void poolings() {
    AttributeProto kernel = integers("kernel_shape", 3, 3);
    AttributeProto strides = integers("strides", 2, 2);
    AttributeProto pads = integers("pads", 1, 1, 1, 1);
    AttributeProto ceil = integer("ceil_mode", 1);
    AttributeProto count = integer("count_include_pad", 1);
    Oracle.check(one(22, "AveragePool", "x", kernel, strides, pads, ceil));
    Oracle.check(one(22, "AveragePool", "x", kernel, strides, pads, ceil, count));
    Oracle.check(one(19, "AveragePool", "x", kernel, integers("dilations", 2, 1), pads, count));
    Oracle.check(one(12, "MaxPool", "x", kernel, strides, pads, ceil));
    Oracle.check(one(12, "MaxPool", "x", kernel, string("auto_pad", "SAME_LOWER"), strides));
    TestModel indices = new TestModel(12).input("x", 2, 3, 8, 6);
    indices.node("MaxPool", "x", "y i", kernel, strides).output("y").output("i", DataType.INT64);
    Oracle.check(indices);
  }

  @Test
  void transposedConvolutions() {
    float[] weights = new float[3 * 2 * 3 * 3];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (i % 7 - 3) / 4f;
    }
    Shape shape = Shape.of(3, 2, 3, 3);
    AttributeProto strides = integers("strides", 2, 3);
    for (AttributeProto attribute :
        List.of(
            integers("output_shape", 15, 19),
            integers("output_shape", 16, 17),
            integers("output_padding", 1, 2),
            integers("pads", 1, 0, 2, 1),
            string("auto_pad", "SAME_UPPER"),
            string("auto_pad", "SAME_LOWER"),
            string("auto_pad", "VALID"))) {
      Oracle.check(one(11, "ConvTranspose", "x w", strides, attribute).floats("w", shape, weights));
    }
  }

  @Test
  void convolutionsThatKeepTheSize() {
    float[] weights = new float[4 * 3 * 4 * 3];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (i % 5 - 2) / 4f;
    }
    for (String autoPad : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
      for (long stride = 1; stride <= 3; stride++) {
        AttributeProto strides = integers("strides", stride, 1);
        TestModel model = one(11, "Conv", "x w", string("auto_pad", autoPad), strides);
        Oracle.check(model.floats("w", Shape.of(4, 3, 4, 3), weights));
      }
    }
  }

  @Test
  void fourEightBitFloatTypes() {
    for (DataType type : EnumSet.range(DataType.FLOAT8E4M3FN, DataType.FLOAT8E5M2FNUZ)) {
      TestModel model = new TestModel(19).input("x", 4, 64).scalar("s", 0.125f);
      model.initializer("z", Tensor.zeros(type, Shape.SCALAR));
      model.node("QuantizeLinear", "x s z", "q").node("DequantizeLinear", "q s z", "y");
      Oracle.check(model.output("y"));
      TestModel cast = new TestModel(19).input("x", 4, 64);
      cast.node("Cast", "x", "q", integer("to", type.onnxCode()));
      Oracle.check(cast.node("Cast", "q", "y", integer("to", 1)).output("y"));
    }
  }

  @Test
  void quantizationPerAxisAndInBlocks() {
    TestModel axis =
        new TestModel(13).input("x", 2, 3, 4).floats("s", Shape.of(3), 0.1f, 0.2f, 0.05f);
    Tensor zero = Tensor.zeros(DataType.INT8, Shape.of(3));
    axis.initializer("z", zero).node("QuantizeLinear", "x s z", "q", integer("axis", 1));
    axis.node("DequantizeLinear", "q s z", "y", integer("axis", -2));
    Oracle.check(axis.output("y").output("q", DataType.INT8));
    TestModel block = new TestModel(21).input("x", 2, 6);
    block.floats("s", Shape.of(2, 2), 0.1f, 0.2f, 0.05f, 0.3f);
    AttributeProto[] blocks = {integer("axis", 1), integer("block_size", 3)};
    block.node("QuantizeLinear", "x s", "q", blocks);
    Oracle.check(block.node("DequantizeLinear", "q s", "y", blocks).output("y"));
  }

  @Test
  void arithmeticOnMatrices() {
    TestModel einsum = new TestModel(12).input("x", 2, 3, 4).input("w", 2, 4, 5);
    einsum.node("Einsum", "x w", "y", string("equation", "... i j, ...jk")).output("y");
    Oracle.check(einsum);
    TestModel vector = new TestModel(13).input("x", 4).input("w", 2, 4, 5);
    Oracle.check(vector.node("MatMul", "x w", "y").output("y"));
    TestModel gemm = new TestModel(7).input("x", 4, 3).input("w", 5, 4).input("c", 5);
    gemm.node("Gemm", "x w c", "y", integer("transA", 1), integer("transB", 1), number("alpha", 2));
    Oracle.check(gemm.output("y"));
    TestModel triangle = new TestModel(14).input("x", 3, 5).longs("k", -1);
    triangle.initializer("k0", Tensor.ofLongs(Shape.SCALAR, -1));
    Oracle.check(triangle.node("Trilu", "x k0", "y", integer("upper", 0)).output("y"));
    TestModel sum = new TestModel(14).input("x", 3, 5);
    sum.initializer("a", Tensor.ofLongs(Shape.SCALAR, -1));
    sum.node("CumSum", "x a", "y", integer("exclusive", 1), integer("reverse", 1));
    Oracle.check(sum.output("y"));
  }

  @Test
  void constantsOfEveryForm() {
    TestModel model = new TestModel(13).input("x", 2);
    model.node("Constant", "", "a", number("value_float", 1.5f));
    model.node("Constant", "", "b", numbers("value_floats", 1, 2));
    model.node("Constant", "", "c", tensor("value", Tensor.ofFloats(Shape.of(1), 4)));
    model.node("Constant", "", "i", integer("value_int", 1));
    model.node("Constant", "", "j", integers("value_ints", 2, 1));
    model.node("Add", "x a", "s").node("Mul", "s b", "t").node("Div", "t c", "u");
    model.node("Tile", "u i1", "v").longs("i1", 3);
    model.node("Reshape", "v j2", "w").longs("j2", 3, 2);
    // [3,2] summed along axis 1, then expanded.
    model.node("ReduceSum", "w r", "p").node("Unsqueeze", "i r0", "r").longs("r0", 0);
    Oracle.check(model.node("Transpose", "p", "q").node("Expand", "q j", "y").output("y"));
  }

  @Test
  void dropoutDoesNothing() {
    TestModel old = new TestModel(7).input("x", 2, 3);
    Oracle.check(
        old.node("Dropout", "x", "a", number("ratio", 0.9f)).node("Relu", "a", "y").output("y"));
    TestModel mask = new TestModel(13).input("x", 2, 3).scalar("r", 0.9f);
    mask.node("Dropout", "x r", "y m").output("y").output("m", DataType.BOOL);
    Oracle.check(mask);
  }

  @Test
  void branchesChosenByShape() {
    for (int channels : new int[] {1, 3}) {
      TestModel squeeze = new TestModel(13).longs("axes", 1);
      squeeze.node("Squeeze", "x axes", "inner").output("inner");
      TestModel keep = new TestModel(13).node("Neg", "x", "inner").output("inner");
      TestModel model = new TestModel(13).input("x", 2, -1, 4);
      model.node("Shape", "x", "shape").longs("one", 1);
      model.initializer("index", Tensor.ofLongs(Shape.SCALAR, 1));
      model.node("Gather", "shape index", "size").node("Equal", "size onescalar", "isone");
      model.initializer("onescalar", Tensor.ofLongs(Shape.SCALAR, 1));
      model.node(
          "If",
          "isone",
          "chosen",
          TestModel.graph("then_branch", squeeze),
          TestModel.graph("else_branch", keep));
      Oracle.check(model.node("Relu", "chosen", "y").output("y"), channels);
    }
  }

  @Test
  void functionsOfTheModel() {
    FunctionProto.Builder function =
        FunctionProto.newBuilder().setName("Shift").setDomain("local").addInput("a").addInput("b");
    function.addOutput("c").addAttribute("alpha");
    function.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17));
    function.addNode(
        NodeProto.newBuilder().setOpType("Add").addInput("a").addInput("b").addOutput("t"));
    AttributeProto reference =
        AttributeProto.newBuilder()
            .setName("alpha")
            .setRefAttrName("alpha")
            .setType(AttributeProto.AttributeType.FLOAT)
            .build();
    function.addNode(
        NodeProto.newBuilder()
            .setOpType("Elu")
            .addInput("t")
            .addOutput("c")
            .addAttribute(reference));
    TestModel model = new TestModel(17).input("x", 2, 3).scalar("t", 0.5f);
    model.model().addFunctions(function);
    model.model().addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1));
    for (String names : List.of("x>u", "u>y")) {
      NodeProto.Builder call = NodeProto.newBuilder().setOpType("Shift").setDomain("local");
      call.addInput(names.substring(0, 1)).addInput("t").addOutput(names.substring(2));
      model.graph().addNode(call.addAttribute(number("alpha", 0.3f)));
    }
    Oracle.check(model.output("y"));
  }

  @Test
  void operatorsOfOnnxRuntime() {
    for (String operator : List.of("Gelu", "FastGelu", "BiasGelu")) {
      TestModel model = new TestModel(17).input("x", 2, 3).floats("b", Shape.of(3), 1, 2, 3);
      model
          .model()
          .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
      model.node(operator, operator.equals("Gelu") ? "x" : "x b", "y").output("y");
      model.graph().getNodeBuilder(0).setDomain("com.microsoft");
      Oracle.check(model);
    }
  }

  @Test
  void halfPrecision() {
    // Only operators that the oracle has for float16: around others it drops the casts.
    TestModel model = new TestModel(17).input("x", 2, 3).node("Cast", "x", "h", integer("to", 10));
    model.node("Max", "h h", "m");
    Oracle.check(model.node("Cast", "m", "y", integer("to", 1)).output("y"));
  }

  @Test
  void shapeParts() {
    TestModel model = new TestModel(15).input("x", 2, 3, 4).node("Relu", "x", "y").output("y");
    model.node("Shape", "x", "s", integer("start", -2), integer("end", 100));
    Oracle.check(
        model.node("Size", "x", "n").output("s", DataType.INT64).output("n", DataType.INT64));
  }
}
