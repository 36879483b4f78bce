package fp8sim.onnx;

import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.number;
import static fp8sim.onnx.TestModel.numbers;
import static fp8sim.onnx.TestModel.string;
import static fp8sim.onnx.TestModel.strings;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LSTM, GRU and RNN in all their forms; ONNX Runtime is the oracle. */
class RecurrentOracleTest {
  private static final int STEPS = 5;
  private static final int BATCH = 3;
  private static final int INPUT = 4;
  private static final int HIDDEN = 6;

  /** A model of one recurrent operator; operands are there as far as they are named. */
  private static final class Cell {
    private final String operator;
    private final List<AttributeProto> attributes = new ArrayList<>();
    private String operands = "X W R B";
    private int opset = 14;
    private int directions = 1;
    private int[] lengths = {5, 2, 3};

    Cell(String operator) {
      this.operator = operator;
    }

    private int gates() {
      return operator.equals("LSTM") ? 4 : operator.equals("GRU") ? 3 : 1;
    }

    Cell operands(String names) {
      operands = names;
      return this;
    }

    Cell opset(int number) {
      opset = number;
      return this;
    }

    Cell lengths(int... numbers) {
      lengths = numbers;
      return this;
    }

    Cell direction(String name) {
      directions = name.equals("bidirectional") ? 2 : 1;
      return with(string("direction", name));
    }

    Cell with(AttributeProto... more) {
      attributes.addAll(List.of(more));
      return this;
    }

    Cell activations(String... names) {
      return with(strings("activations", names));
    }

    TestModel model() {
      TestModel model = new TestModel(opset);
      model.input("X", dims(STEPS, BATCH, INPUT));
      int rows = gates() * HIDDEN;
      Random random = new Random(3);
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
          float[] values = new float[shape.elements()];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() / 2;
          }
          model.floats(name, shape, values);
        }
      }
      Tensor counts = Tensor.zeros(DataType.INT32, Shape.of(lengths.length));
      for (int i = 0; i < lengths.length; i++) {
        counts.data().setAtIndex(Tensor.INT, i, lengths[i]);
      }
      model.initializer("L", counts);
      attributes.add(integer("hidden_size", HIDDEN));
      String outputs = operator.equals("LSTM") ? "Y Y_h Y_c" : "Y Y_h";
      model.node(operator, operands, outputs, attributes.toArray(AttributeProto[]::new));
      for (String output : outputs.split(" ", -1)) {
        model.output(output);
      }
      return model;
    }

    private static int[] dims(int... dims) {
      return dims;
    }

    void check() {
      Oracle.check(model());
    }

    void refused(String message) {
      assertThatThrownBy(
              () -> {
                try (Network network =
                    new Network(
                        model().read(),
                        Numerics.float32(FloatMath.SEPARATE),
                        Backends.choose("reference"),
                        1)) {
                  network.run(
                      Map.of("X", Tensor.zeros(DataType.FLOAT, Shape.of(STEPS, BATCH, INPUT))));
                }
              })
          .isInstanceOf(Fp8simException.class)
          .hasMessageContaining(message);
    }
  }

  private static Cell all(String operator) {
    return new Cell(operator).operands(operator.equals("LSTM") ? "X W R B L H C P" : "X W R B L H");
  }

  @ParameterizedTest
  @CsvSource({
    "LSTM,forward", "LSTM,reverse", "LSTM,bidirectional",
    "GRU,forward", "GRU,reverse", "GRU,bidirectional",
    "RNN,forward", "RNN,reverse", "RNN,bidirectional"
  })
  void directions(String operator, String direction) {
    new Cell(operator).operands("X W R").direction(direction).opset(7).check();
    new Cell(operator).direction(direction).check();
    all(operator).direction(direction).check();
    all(operator).lengths(1, 4, 5).direction(direction).opset(22).check();
    new Cell(operator).operands("X W R - L").direction(direction).check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LSTM", "GRU", "RNN"})
  void clipping(String operator) {
    all(operator).with(number("clip", 0.3f)).check();
    all(operator).with(number("clip", 0.8f)).direction("bidirectional").check();
  }

  @Test
  void formsOfGates() {
    all("LSTM").with(integer("input_forget", 1)).check();
    new Cell("LSTM").operands("X W R - - - - P").with(integer("input_forget", 1)).check();
    all("GRU").with(integer("linear_before_reset", 1)).check();
    new Cell("GRU").operands("X W R").with(integer("linear_before_reset", 1)).check();
  }

  @Test
  void missingStates() {
    new Cell("LSTM").operands("X W R B - H").check();
    new Cell("LSTM").operands("X W R B - - C").check();
    new Cell("LSTM").operands("X W R - - - - P").check();
    new Cell("GRU").operands("X W R - - H").check();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Relu",
        "Tanh",
        "Sigmoid",
        "Softsign",
        "Softplus",
        "LeakyRelu",
        "HardSigmoid",
        "Elu"
      })
  void activationFunctions(String name) {
    new Cell("RNN").activations(name).check();
    new Cell("GRU").activations("Sigmoid", name).check();
    new Cell("LSTM").activations(name, "Tanh", name).check();
  }

  @Test
  void parametersOfActivationFunctions() {
    new Cell("RNN").activations("LeakyRelu").with(numbers("activation_alpha", 0.25f)).check();
    new Cell("GRU").activations("SIGMOID", "tanh").check();
    new Cell("RNN").activations("ThresholdedRelu").with(numbers("activation_alpha", 0.25f)).check();
    new Cell("RNN")
        .activations("ScaledTanh")
        .with(numbers("activation_alpha", 0.75f), numbers("activation_beta", 0.5f))
        .check();
    new Cell("RNN")
        .activations("Affine")
        .with(numbers("activation_alpha", 0.5f), numbers("activation_beta", 0.125f))
        .check();
    new Cell("LSTM")
        .activations("HardSigmoid", "Tanh", "Elu")
        .with(numbers("activation_alpha", 0.25f, 0.7f), numbers("activation_beta", 0.4f))
        .check();
    new Cell("GRU")
        .direction("bidirectional")
        .activations("Sigmoid", "LeakyRelu", "HardSigmoid", "Elu")
        .with(numbers("activation_alpha", 0.1f, 0.3f, 0.6f), numbers("activation_beta", 0.45f))
        .check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LSTM", "GRU", "RNN"})
  void samplesWithoutSteps(String operator) {
    all(operator).lengths(0, 5, 2).check();
  }

  @Test
  void wrongOperandsAreRefused() {
    new Cell("LSTM").activations("Tanh").refused("has 1 activations, not 3");
    new Cell("RNN").activations("Swish").refused("activation \"Swish\"");
    new Cell("RNN").with(string("direction", "up")).refused("direction is \"up\"");
    new Cell("RNN").with(number("clip", -1)).refused("clip is -1.0, not above 0");
    all("GRU").lengths(1, 6, 2).refused("sequence_lens of sample 1 is 6, not 0 to 5");
    all("GRU").lengths(1, 2).refused("sequence_lens has shape 2, not 3");
    Cell two = new Cell("RNN");
    two.directions = 2;
    two.refused("axis 0 of shape 2x6x4 is not 1");
  }
}
