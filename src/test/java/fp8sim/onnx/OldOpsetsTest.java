package fp8sim.onnx;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static fp8sim.onnx.TestModel.number;
import static fp8sim.onnx.TestModel.numbers;
import static fp8sim.onnx.TestModel.string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Forms of operators before opset 7, which no oracle reads: the specification says what they
 * compute.
 */
class OldOpsetsTest {
  /** {@code x [2,2,3]}: 0, 1, ... 11. */
  private static final Tensor X =
      Tensor.ofFloats(Shape.of(2, 2, 3), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

  private static TestModel model(int opset) {
    return new TestModel(opset).input("x", 2, 2, 3);
  }

  private static TestModel one(
      int opset, String operator, String inputs, AttributeProto... attributes) {
    return model(opset).node(operator, inputs, "y", attributes).output("y");
  }

  private static Tensor run(TestModel model, Tensor x) {
    Numerics numerics = Numerics.float32(FloatMath.SEPARATE);
    try (Network network = new Network(model.read(), numerics, Backends.choose("cpu"), 1)) {
      Tensor y = Objects.requireNonNull(network.run(Map.of("x", x)).get("y"));
      return y.type() == DataType.FLOAT ? Tensor.ofFloats(y.shape(), y.toFloats()) : y;
    }
  }

  private static float[] run(TestModel model) {
    return run(model, X).toFloats();
  }

  @Test
  void theSecondOperandStartsAtTheAxis() {
    AttributeProto broadcast = integer("broadcast", 1);
    Shape two = Shape.of(2);
    assertThat(run(one(6, "Add", "x b", broadcast, integer("axis", 0)).floats("b", two, 10, 20)))
        .containsExactly(10, 11, 12, 13, 14, 15, 26, 27, 28, 29, 30, 31);
    assertThat(run(one(6, "Sub", "x b", broadcast, integer("axis", 1)).floats("b", two, 1, 2)))
        .containsExactly(-1, 0, 1, 1, 2, 3, 5, 6, 7, 7, 8, 9);
    assertThat(
            run(
                one(6, "Mul", "x b", broadcast, integer("axis", 0))
                    .floats("b", Shape.of(2, 2), 1, 2, 3, 4)))
        .containsExactly(0, 1, 2, 6, 8, 10, 18, 21, 24, 36, 40, 44);
  }

  @Test
  void withoutAnAxisTheLastAxesMatch() {
    AttributeProto broadcast = integer("broadcast", 1);
    assertThat(run(one(6, "Div", "x b", broadcast).floats("b", Shape.of(3), 1, 2, 4)))
        .containsExactly(0, 0.5f, 0.5f, 3, 2, 1.25f, 6, 3.5f, 2, 9, 5, 2.75f);
    assertThat(run(one(6, "Pow", "x b", broadcast).scalar("b", 2)))
        .containsExactly(0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121);
    assertThat(run(one(6, "Add", "x x")))
        .containsExactly(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22);
  }

  @Test
  void aComputedSecondOperandStartsAtTheAxisToo() {
    TestModel model = model(6).node("ReduceSum", "x", "s", integers("axes", 1, 2));
    model.node("Squeeze", "s", "t", integers("axes", 1, 2));
    model.node("Add", "x t", "y", integer("broadcast", 1), integer("axis", 0)).output("y");
    assertThat(run(model)).containsExactly(15, 16, 17, 18, 19, 20, 57, 58, 59, 60, 61, 62);
  }

  @Test
  void comparisons() {
    TestModel model = model(6).floats("b", Shape.of(2), 2, 7);
    AttributeProto[] along = {integer("broadcast", 1), integer("axis", 1)};
    model.node("Greater", "x b", "g", along).node("Less", "x b", "l", along);
    model.node("Or", "g l", "o").node("And", "g l", "a").node("Xor", "o a", "z");
    model.node("Cast", "z", "y", integer("to", 1)).output("y");
    assertThat(run(model)).containsExactly(1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1);
  }

  @Test
  void slopesAreThoseOfTheChannels() {
    TestModel model = model(6).node("Neg", "x", "n").floats("s", Shape.of(2), 0.5f, 2);
    assertThat(run(model.node("PRelu", "n s", "y").output("y")))
        .containsExactly(-0f, -0.5f, -1, -6, -8, -10, -3, -3.5f, -4, -18, -20, -22);
    TestModel shared = model(6).node("Neg", "x", "n").floats("s", Shape.of(1), 0.5f);
    assertThat(run(shared.node("PRelu", "n s", "y").output("y")))
        .containsExactly(-0f, -0.5f, -1, -1.5f, -2, -2.5f, -3, -3.5f, -4, -4.5f, -5, -5.5f);
  }

  @Test
  void gemmBroadcastsItsThirdOperand() {
    TestModel model =
        new TestModel(6).input("x", 2, 2).floats("b", Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
    model.floats("c", Shape.of(3), 100, 200, 300);
    AttributeProto[] attributes = {
      integer("broadcast", 1), integer("transB", 1), number("beta", 2)
    };
    model.node("Gemm", "x b c", "y", attributes).output("y");
    assertThat(run(model, Tensor.ofFloats(Shape.of(2, 2), 1, 0, 0, 1)).toFloats())
        .containsExactly(201, 403, 605, 202, 404, 606);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 6})
  void batchNormalizationAndDropoutOfNetworksInTestMode(int opset) {
    TestModel model = model(opset);
    for (String name : new String[] {"s", "b", "m", "v"}) {
      model.floats(name, Shape.of(2), 1, 4);
    }
    AttributeProto test = integer("is_test", 1);
    if (opset < 6) {
      model.node("BatchNormalization", "x s b m v", "n", test, integers("consumed_inputs", 0, 0));
    } else {
      model.node("BatchNormalization", "x s b m v", "n", test, number("epsilon", 0));
    }
    model.node("Dropout", "n", "y", test, number("ratio", 0.5f)).output("y");
    float[] y = run(model);
    assertThat(y[1]).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-4f));
    assertThat(y[3]).isCloseTo(2, org.assertj.core.data.Offset.offset(1e-4f));
  }

  @Test
  void shapesAsAttributes() {
    assertThat(run(one(1, "Reshape", "x", integers("shape", 0, -1)), X).shape())
        .isEqualTo(Shape.of(2, 6));
    TestModel joined = model(1).node("Concat", "x x", "y").output("y");
    assertThat(run(joined, X).shape()).isEqualTo(Shape.of(2, 4, 3));
    AttributeProto paddings = integers("paddings", 0, 0, 1, 0, 0, 0);
    assertThat(run(one(1, "Pad", "x", paddings, number("value", 9))))
        .containsExactly(9, 0, 1, 2, 9, 3, 4, 5, 9, 6, 7, 8, 9, 9, 10, 11);
    TestModel split =
        model(1).longs("sizes", 1, 2).node("Split", "x sizes", "a y", integer("axis", 2));
    assertThat(run(split.output("y"))).containsExactly(1, 2, 4, 5, 7, 8, 10, 11);
  }

  @Test
  void castToTheNameOfAType() {
    TestModel model = model(1).node("Cast", "x", "i", string("to", "INT32"));
    assertThat(run(model.node("Cast", "i", "y", string("to", "FLOAT")).output("y")))
        .isEqualTo(X.toFloats());
    assertThatThrownBy(() -> one(1, "Cast", "x", string("to", "STRING")).read())
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("opset 1");
  }

  @Test
  void upsamplingByTwoScales() {
    TestModel model = new TestModel(6).input("x", 1, 1, 1, 2);
    AttributeProto[] scales = {number("height_scale", 2), number("width_scale", 2)};
    model.node("Upsample", "x", "y", scales).output("y");
    assertThat(run(model, Tensor.ofFloats(Shape.of(1, 1, 1, 2), 3, 4)).toFloats())
        .containsExactly(3, 3, 4, 4, 3, 3, 4, 4);
  }

  @Test
  void functionsWithConsumedInputs() {
    AttributeProto consumed = integers("consumed_inputs", 0);
    assertThat(run(one(1, "Relu", "x", consumed))).isEqualTo(X.toFloats());
    assertThat(run(one(1, "Clip", "x", consumed, number("max", 3))))
        .containsExactly(0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3);
    assertThat(run(one(1, "Selu", "x", consumed))[1]).isEqualTo(1.0507f);
    assertThat(run(one(6, "Selu", "x"))[1]).isEqualTo(1.05070102214813232421875f);
  }

  @Test
  void valuesGivenAsFloats() {
    TestModel model = model(6);
    model.node("GivenTensorFill", "", "f", numbers("values", 5, 6, 7), integers("shape", 3));
    assertThat(run(model.node("Add", "x f", "y", integer("broadcast", 1)).output("y")))
        .startsWith(5, 7, 9, 8);
    TestModel wrong = model(6);
    wrong.node("GivenTensorFill", "", "f", numbers("values", 5, 6, 7), integers("shape", 2));
    assertThatThrownBy(() -> wrong.node("Add", "x f", "y").output("y").read())
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("has 3 values");
    TestModel negative = model(6).node("GivenTensorFill", "", "f", integers("shape", -1, 0));
    assertThatThrownBy(() -> negative.node("Add", "x f", "y").output("y").read())
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("negative");
  }

  @Test
  void scaleMultiplies() {
    assertThat(run(one(6, "Scale", "x", number("scale", 2)))).startsWith(0, 2, 4);
  }

  @Test
  void bordersOfCropAreChecked() {
    assertThatThrownBy(() -> one(6, "Crop", "x", integers("border", 1, 2, 3)).read())
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("border has 3 entries");
    assertThatThrownBy(() -> one(6, "Crop", "x", integers("border", 1, 2, 3, -1)).read())
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("border is [1, 2, 3, -1]");
  }
}
