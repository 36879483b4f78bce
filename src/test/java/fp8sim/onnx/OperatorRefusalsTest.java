package fp8sim.onnx;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static fp8sim.onnx.TestModel.string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators that select, sample or belong to old opsets do not take, each in one line. */
class OperatorRefusalsTest {
  private static TestModel one(
      int opset, String operator, String inputs, AttributeProto... attributes) {
    return new TestModel(opset)
        .input("x", 2, 3, 4, 4)
        .node(operator, inputs, "y", attributes)
        .output("y");
  }

  private static void assertRefused(TestModel model, String message) {
    assertThatThrownBy(() -> run(model))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining("test.onnx")
        .hasMessageContaining(message);
  }

  private static void run(TestModel model) {
    Numerics numerics = Numerics.float32(FloatMath.SEPARATE);
    try (Network network = new Network(model.read(), numerics, Backends.choose("cpu"), 1)) {
      Map<String, Tensor> inputs = new HashMap<>();
      inputs.put("x", Tensor.zeros(DataType.FLOAT, Shape.of(2, 3, 4, 4)));
      network.run(inputs);
    }
  }

  @Test
  void ranking() {
    assertRefused(one(11, "TopK", "x k").longs("k", 5), "k is [5] for axis 3 of shape 2x3x4x4");
    assertRefused(one(11, "TopK", "x k").longs("k", -1), "k is [-1]");
    assertRefused(one(11, "TopK", "x k").longs("k", 1, 2), "k is [1, 2]");
    TestModel oneHot = one(11, "OneHot", "i d v").longs("i", 1).longs("d", -2);
    assertRefused(oneHot.floats("v", Shape.of(2), 0, 1), "depth is -2");
    TestModel large = one(11, "OneHot", "x d v").longs("d", 1L << 31);
    assertRefused(large.floats("v", Shape.of(2), 0, 1), "depth is 2.147483648E9");
    TestModel product = one(11, "OneHot", "x d v").longs("d", 1L << 30);
    assertRefused(product.floats("v", Shape.of(2), 0, 1), "2^31-1 elements");
    TestModel three = one(11, "OneHot", "x d v").longs("d", 2);
    assertRefused(three.floats("v", Shape.of(3), 0, 1, 2), "values has shape 3, not 2");
    assertRefused(one(13, "Hardmax", "x", integer("axis", 4)), "axis 4 is outside rank 4");
    assertRefused(one(9, "EyeLike", "x"), "input has shape 2x3x4x4, not rank 2");
    assertRefused(one(11, "Det", "s").floats("s", Shape.of(2, 3), new float[6]), "not square");
  }

  @Test
  void croppingWithoutARegion() {
    AttributeProto crop = string("coordinate_transformation_mode", "tf_crop_and_resize");
    TestModel given = one(13, "Resize", "x - s", crop).floats("s", Shape.of(4), 1, 1, 2, 2);
    assertRefused(given, "has no roi");
    TestModel fed = one(13, "Resize", "x - s", crop);
    fed.node("ReduceMax", "x", "s", integers("axes", 0, 1, 2), integer("keepdims", 0));
    assertRefused(fed, "has no roi");
  }

  @Test
  void parametersOfTypesOnlyStored() {
    TestModel scale = one(13, "BipolarQuant", "x s").in("qonnx.custom_op.general");
    scale.initializer("s", Tensor.zeros(DataType.FLOAT8E4M3FNUZ, Shape.SCALAR));
    run(scale);
    TestModel bits = one(13, "Quant", "x s z b").in("qonnx.custom_op.general");
    bits.scalar("s", 1).scalar("z", 0);
    bits.initializer("b", Tensor.zeros(DataType.FLOAT8E5M2, Shape.SCALAR));
    assertRefused(bits, "a bit width that is no constant");
  }

  @Test
  void longListsAreCut() {
    long[] many = new long[3000];
    assertRefused(one(11, "TopK", "x k").longs("k", many), "k is [0, 0, ");
    assertRefused(one(13, "Transpose", "x", integers("perm", many)), "perm [0, 0, ");
    for (TestModel model :
        new TestModel[] {
          one(11, "TopK", "x k").longs("k", many), one(13, "Transpose", "x", integers("perm", many))
        }) {
      assertThatThrownBy(() -> run(model)).message().hasSizeLessThan(500);
    }
  }

  @Test
  void equationsThatWouldNotShow() {
    for (String equation : new String[] {"ij\n->ji", "\u001b[2J", ",".repeat(3000)}) {
      assertRefused(one(12, "Einsum", "x", string("equation", equation)), "its equation is too");
    }
  }

  @Test
  void scattering() {
    TestModel wide = one(16, "ScatterElements", "x i u");
    wide.initializer("i", Tensor.zeros(DataType.INT64, Shape.of(3, 3, 4, 4)));
    wide.initializer("u", Tensor.zeros(DataType.FLOAT, Shape.of(3, 3, 4, 4)));
    wide.graph().getNodeBuilder(0).addAttribute(integer("axis", 1));
    assertRefused(wide, "indices of shape 3x3x4x4 reach outside 2x3x4x4");
    TestModel reduction = one(16, "ScatterND", "x i u", string("reduction", "mean"));
    reduction.longs("i", 0).floats("u", Shape.of(3, 4, 4), new float[48]);
    assertRefused(reduction, "reduction is mean");
    TestModel outside = one(16, "ScatterND", "x i u").longs("i", 7);
    assertRefused(
        outside.floats("u", Shape.of(3, 4, 4), new float[48]), "index 7 is outside an axis of 2");
    TestModel lengths = one(10, "ReverseSequence", "x n", integer("batch_axis", 1));
    assertRefused(lengths.longs("n", 1, 3, 1), "a sequence of length 3 on a time axis of 2");
    TestModel same = one(10, "ReverseSequence", "x n", integer("batch_axis", 0));
    assertRefused(same.longs("n", 1, 1), "axis 0 is both batch and time");
    assertRefused(one(18, "CenterCropPad", "x s").longs("s", 3), "shape has 1 entries for 4 axes");
    assertRefused(
        one(18, "CenterCropPad", "x s", integers("axes", 1)).longs("s", -3),
        "shape has the entry -3");
  }

  @Test
  void bits() {
    assertRefused(one(18, "BitwiseNot", "x"), "input 0 has type FLOAT, not an integer");
    assertRefused(one(18, "BitwiseAnd", "x x"), "input 0 has type FLOAT, not an integer");
    TestModel signed = one(11, "BitShift", "i i", string("direction", "LEFT")).longs("i", 1);
    assertRefused(signed, "input 0 has type INT64, which is signed");
    assertRefused(one(11, "BitShift", "x x"), "direction is \"\"");
  }

  @Test
  void sampling() {
    TestModel grid = one(16, "GridSample", "x g");
    assertRefused(
        grid.floats("g", Shape.of(1, 1, 1, 2), 0, 0), "a grid of shape 1x1x1x2 does not fit");
    assertRefused(one(16, "GridSample", "x x", string("mode", "area")), "mode is area");
    assertRefused(
        one(16, "GridSample", "x x", string("padding_mode", "wrap")), "padding_mode is wrap");
    TestModel affine = one(20, "AffineGrid", "t s").floats("t", Shape.of(1, 2, 3), new float[6]);
    assertRefused(affine.longs("s", 2, 1, 4, 4), "theta has shape 1x2x3, not 2x2x3");
    TestModel columns = one(18, "Col2Im", "c i b").floats("c", Shape.of(1, 4, 3), new float[12]);
    assertRefused(columns.longs("i", 3, 3).longs("b", 2, 2), "4 blocks fit, the input has 3");
    TestModel deformed = one(19, "DeformConv", "x w o");
    deformed.floats("w", Shape.of(1, 3, 1, 1), 1, 1, 1);
    assertRefused(
        deformed.floats("o", Shape.of(2, 4, 4, 4), new float[128]),
        "offset has shape 2x4x4x4, not 2x2x4x4");
    TestModel computed = one(19, "DeformConv", "x x x");
    assertRefused(computed, "a kernel of 0 known axes");
  }

  @Test
  void regionsAndNorms() {
    TestModel samples = one(16, "RoiAlign", "x r i", integer("sampling_ratio", 1000));
    samples.floats("r", Shape.of(1, 4), 0, 0, 1, 1).longs("i", 0);
    assertRefused(samples, "sampling_ratio is 1000, more than 256");
    TestModel image = one(16, "RoiAlign", "x r i").longs("i", 2);
    assertRefused(image.floats("r", Shape.of(1, 4), 0, 0, 1, 1), "index 2 is outside an axis of 2");
    TestModel size = one(16, "MaxRoiPool", "x r", integers("pooled_shape", 0, 2));
    assertRefused(size.floats("r", Shape.of(1, 5), new float[5]), "an output of 0 by 2");
    AttributeProto kernel = integers("kernel_shape", 2, 2);
    TestModel unpool = one(11, "MaxUnpool", "x i", kernel);
    unpool.initializer("i", Tensor.ofLongs(Shape.of(1), 0));
    assertRefused(unpool, "indices has shape 1, not 2x3x4x4");
    assertRefused(one(18, "LpPool", "x", kernel, integer("p", 0)), "p is 0");
    assertRefused(one(18, "LpPool", "x"), "attribute \"kernel_shape\" is missing");
  }
}
