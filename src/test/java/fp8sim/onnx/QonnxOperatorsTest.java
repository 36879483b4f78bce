package fp8sim.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.ByteString;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.numerics.Numerics;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of QONNX's operators, worked out by its definitions. */
class QonnxOperatorsTest {
  private static final float[] X = {5.5f, 2.5f, 1.6f, 1.1f, 1, -1, -1.1f, -1.6f, -2.5f, -5.5f, 99};

  private static float[] run(TestModel model, NodeProto node) {
    model.model().addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(node.getDomain()));
    model.model().getOpsetImportBuilder(1).setVersion(1);
    model.input("x", X.length).output("y").graph().addNode(node);
    byte[] bytes = model.model().setGraph(model.graph()).build().toByteArray();
    try (Network network =
        new Network(
            OnnxModel.read("q", bytes), Numerics.FLOAT32, Backends.choose("reference"), 1)) {
      Tensor x = Tensor.ofFloats(Shape.of(X.length), X);
      return network.run(Map.of("x", x)).get("y").toFloats();
    }
  }

  private static NodeProto node(String domain, String operator, String rounding, String... inputs) {
    return NodeProto.newBuilder()
        .setDomain(domain)
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput("y")
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("rounding_mode")
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(rounding)))
        .build();
  }

  /** The table of roundings in the text of IntQuant; 99 is limited to 4 bits. */
  @ParameterizedTest
  @CsvSource({
    "ROUND, 6 2 2 1 1 -1 -1 -2 -2 -6 7",
    "CEIL, 6 3 2 2 1 -1 -1 -1 -2 -5 7",
    "FLOOR, 5 2 1 1 1 -1 -2 -2 -3 -6 7",
    "UP, 6 3 2 2 1 -1 -2 -2 -3 -6 7",
    "DOWN, 5 2 1 1 1 -1 -1 -1 -2 -5 7",
    "half_up, 6 3 2 1 1 -1 -1 -2 -3 -6 7",
    "HALF_DOWN, 5 2 2 1 1 -1 -1 -2 -2 -5 7",
  })
  void quantRoundsAsItsTableSays(String rounding, String expected) {
    for (String domain : List.of("qonnx.custom_op.general", "onnx.brevitas")) {
      TestModel model = new TestModel(13).scalar("s", 1).scalar("z", 0).scalar("b", 4);
      float[] y = run(model, node(domain, "Quant", rounding, "x", "s", "z", "b"));
      assertThat(y).isEqualTo(floats(expected));
    }
  }

  @Test
  void quantAddsItsZeroPointBeforeItRounds() {
    TestModel model = new TestModel(13).scalar("s", 1).scalar("z", 1).scalar("b", 4);
    float[] y =
        run(model, node("qonnx.custom_op.general", "IntQuant", "ROUND", "x", "s", "z", "b"));
    assertThat(y).isEqualTo(floats("5 3 2 1 1 -1 -1 -2 -3 -5 6"));
  }

  /** e2m1 with bias 1 and at most 6, doubled: 0, 1, 2, 3, 4, 6, 8, 12. */
  @Test
  void floatQuantRoundsToItsGrid() {
    TestModel model = new TestModel(13).scalar("s", 2).scalar("e", 2).scalar("m", 1);
    model.scalar("b", 1).scalar("max", 6);
    NodeProto node =
        node("qonnx.custom_op.general", "FloatQuant", "ROUND", "x", "s", "e", "m", "b", "max");
    assertThat(run(model, node)).isEqualTo(floats("6 2 2 1 1 -1 -1 -2 -2 -6 12"));
  }

  /** np.clip(x, 1, -1) is -1 everywhere. */
  @Test
  void aNegativeLargestValueClipsAsNumPyDoes() {
    TestModel model = new TestModel(13).scalar("s", 1).scalar("e", 2).scalar("m", 1);
    model.scalar("b", 1).scalar("max", -1);
    NodeProto node =
        node("qonnx.custom_op.general", "FloatQuant", "ROUND", "x", "s", "e", "m", "b", "max");
    assertThat(run(model, node)).containsOnly(-1);
  }

  @Test
  void bipolarQuantKeepsTheSign() {
    TestModel model = new TestModel(13).scalar("s", 0.5f);
    NodeProto node =
        NodeProto.newBuilder()
            .setDomain("onnx.brevitas")
            .setOpType("BipolarQuant")
            .addInput("x")
            .addInput("s")
            .addOutput("y")
            .build();
    assertThat(run(model, node))
        .isEqualTo(floats("0.5 0.5 0.5 0.5 0.5 -0.5 -0.5 -0.5 -0.5 -0.5 0.5"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, ROUND, signed integers of 1 bit",
    "33, ROUND, not 1 to 32",
    "4, ODD, rounding_mode"
  })
  void otherWidthsAndRoundingsAreRefused(float bits, String rounding, String message) {
    TestModel model = new TestModel(13).scalar("s", 1).scalar("z", 0).scalar("b", bits);
    NodeProto node = node("qonnx.custom_op.general", "Quant", rounding, "x", "s", "z", "b");
    assertThatThrownBy(() -> run(model, node))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining(message);
  }

  private static float[] floats(String text) {
    String[] numbers = text.split(" ", 0);
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(numbers[i]);
    }
    return values;
  }
}
