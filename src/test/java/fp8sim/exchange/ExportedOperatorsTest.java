package fp8sim.exchange;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static fp8sim.onnx.TestModel.number;
import static fp8sim.onnx.TestModel.numbers;
import static fp8sim.onnx.TestModel.string;
import static fp8sim.onnx.TestModel.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnxruntime.OrtException;
import fp8sim.common.Fp8simException;
import fp8sim.conformance.Closeness;
import fp8sim.onnx.TestModel;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators that are several in the graph, exported as one again: the same bits as before. */
class ExportedOperatorsTest {
  private static final int STEPS = 5;
  private static final int BATCH = 3;
  private static final int INPUT = 4;
  private static final int HIDDEN = 6;

  private static final String FLOAT = "";

  @ParameterizedTest
  @ValueSource(
      strings = {
        FLOAT,
        "format=int8",
        "weights=ofp8-e4m3 activations=fp32",
        "format=mxfp8-e4m3",
        "weights=mxint8 activations=fp32"
      })
  void recurrentOperatorsKeepTheirBits(String numerics) throws OrtException {
    for (TestModel model :
        List.of(
            recurrent("LSTM", 1, "X W R B L H C P", string("direction", "reverse")),
            recurrent(
                "LSTM",
                2,
                "X W R B",
                string("direction", "bidirectional"),
                number("clip", 0.5f),
                integer("input_forget", 1)),
            recurrent("LSTM", 1, "X W R - - H"),
            recurrent("GRU", 1, "X W R B L", integer("linear_before_reset", 1)),
            recurrent("GRU", 2, "X W R B - H", string("direction", "bidirectional")),
            recurrent(
                "RNN",
                1,
                "X W R B",
                strings("activations", "HardSigmoid"),
                numbers("activation_alpha", 0.3f),
                numbers("activation_beta", 0.4f)),
            recurrent("RNN", 1, "X W R", strings("activations", "Affine")),
            recurrent(
                "GRU",
                1,
                "X W R B",
                strings("activations", "LeakyRelu", "ScaledTanh"),
                numbers("activation_alpha", 0.1f, 1.5f),
                numbers("activation_beta", 0.5f)))) {
      check(model, numerics, Map.of("X", random(Shape.of(STEPS, BATCH, INPUT), 9)));
    }
  }

  private static TestModel recurrent(
      String operator, int directions, String operands, AttributeProto... attributes) {
    int rows = HIDDEN * (operator.equals("LSTM") ? 4 : operator.equals("GRU") ? 3 : 1);
    boolean isOfBatch = operands.contains("L") || operands.contains("H");
    TestModel model = new TestModel(14).input("X", STEPS, isOfBatch ? BATCH : -1, INPUT);
    for (String name : operands.split(" ", -1)) {
      Shape shape =
          switch (name) {
            case "W" -> Shape.of(directions, rows, INPUT);
            case "R" -> Shape.of(directions, rows, HIDDEN);
            case "B" -> Shape.of(directions, 2 * rows);
            case "P" -> Shape.of(directions, 3 * HIDDEN);
            case "H", "C" -> Shape.of(directions, BATCH, HIDDEN);
            default -> Shape.SCALAR;
          };
      if (shape.rank() > 0) {
        model.initializer(name, random(shape, rows));
      }
    }
    Tensor lengths = Tensor.zeros(DataType.INT32, Shape.of(BATCH));
    for (int i = 0; i < BATCH; i++) {
      lengths.data().setAtIndex(Tensor.INT, i, STEPS - i);
    }
    model.initializer("L", lengths);
    String outputs = operator.equals("LSTM") ? "Y - Y_c" : "Y Y_h";
    AttributeProto[] all = new AttributeProto[attributes.length + 1];
    System.arraycopy(attributes, 0, all, 1, attributes.length);
    all[0] = integer("hidden_size", HIDDEN);
    return model
        .node(operator, operands, outputs, all)
        .output("Y")
        .output(operator.equals("LSTM") ? "Y_c" : "Y_h");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {FLOAT, "format=int8", "format=ofp8-e4m3 quantize=output", "format=mxfp6-e3m2"})
  void deformableConvolutionsKeepTheirBits(String numerics) throws OrtException {
    TestModel model =
        new TestModel(19)
            .input("x", -1, 4, 6, 6)
            .input("o", -1, 16, 5, 5)
            .input("m", -1, 8, 5, 5)
            .initializer("w", random(Shape.of(6, 2, 2, 2), 1))
            .initializer("b", random(Shape.of(6), 2))
            .node(
                "DeformConv",
                "x w o b m",
                "y",
                integer("group", 2),
                integer("offset_group", 2),
                integers("kernel_shape", 2, 2))
            .output("y");
    check(
        model,
        numerics,
        Map.of(
            "x",
            random(Shape.of(2, 4, 6, 6), 3),
            "o",
            random(Shape.of(2, 16, 5, 5), 4),
            "m",
            random(Shape.of(2, 8, 5, 5), 5)));
  }

  @Test
  void linearAttentionIsRefusedByName() {
    int[] dims = {1, 3, 8};
    TestModel model =
        new TestModel(27)
            .input("q", dims)
            .input("k", dims)
            .input("v", dims)
            .node(
                "LinearAttention",
                "q k v",
                "y s",
                integer("q_num_heads", 2),
                integer("kv_num_heads", 2),
                string("update_rule", "linear"))
            .output("y");
    Tensor x = random(Shape.of(dims), 1);
    Map<String, Tensor> inputs = Map.of("q", x, "k", x, "v", x);
    assertThatThrownBy(() -> new ExportedNetwork(model.read(), FLOAT, inputs))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("n_y s")
        .hasMessageContaining("cannot be exported");
  }

  private static void check(TestModel model, String numerics, Map<String, Tensor> inputs)
      throws OrtException {
    ExportedNetwork exported = new ExportedNetwork(model.read(), numerics, inputs);
    Map<String, Tensor> expected = exported.run(inputs);
    Map<String, Tensor> again = exported.runFile(inputs);
    Map<String, Tensor> theirs = OnnxRuntime.run(exported.file(), inputs);
    assertThat(again.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(again.get(name).data().mismatch(tensor.data())).as(name).isEqualTo(-1);
          assertThat(Closeness.relativeL2(theirs.get(name), tensor)).as(name).isLessThan(1e-4);
        });
  }

  private static Tensor random(Shape shape, int seed) {
    Random random = new Random(seed);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 2;
    }
    return Tensor.ofFloats(shape, values);
  }
}
