package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.NodeProto;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Networks of very many nodes go through every pass; one that is not about linear takes hours for
 * them, and one that calls itself for each node ends with a stack overflow.
 */
@Timeout(300)
class LongChainsTest {
  private static final int NODES = 30_000;

  private static float[] run(TestModel model) {
    try (Network network =
        new Network(model.read(), Numerics.FLOAT32, Backends.choose(Backends.CPU), 1)) {
      Map<String, Tensor> outputs =
          network.run(Map.of("x", Tensor.ofFloats(Shape.of(2, 2), 1, -2, 3, 4)));
      return Objects.requireNonNull(outputs.get("y")).toFloats();
    }
  }

  private static TestModel model() {
    return new TestModel(17)
        .input("x", 2, 2)
        .output("y")
        .scalar("one", 1)
        .longs("line", 4)
        .longs("none", 0, 0, 0, 0)
        .floats("unit", Shape.of(2, 2), 1, 0, 0, 1);
  }

  private static void add(TestModel model, String operator, String output, String... inputs) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).addOutput(output);
    for (String input : inputs) {
      node.addInput(input);
    }
    model.graph().addNode(node);
  }

  @ParameterizedTest
  @CsvSource({
    "Neg,",
    "Identity,",
    "Mul,one",
    "Div,one",
    "Add,x",
    "MatMul,unit",
    "Transpose,",
    "Pad,none",
    "Clip,",
    "Reshape,line"
  })
  void chains(String operator, String second) {
    TestModel model = model();
    String value = "x";
    for (int i = 0; i < NODES; i++) {
      String next = "v" + i;
      if (second == null) {
        add(model, operator, next, value);
      } else {
        add(model, operator, next, value, second);
      }
      value = next;
    }
    boolean flat = operator.equals("Reshape");
    add(
        model,
        flat ? "Identity" : "Mul",
        "y",
        flat ? new String[] {value} : new String[] {value, "one"});
    float[] expected =
        operator.equals("Add")
            ? new float[] {NODES + 1, -2 * (NODES + 1), 3 * (NODES + 1), 4 * (NODES + 1)}
            : new float[] {1, -2, 3, 4};
    assertThat(run(model)).containsExactly(expected);
  }

  @Test
  void oneNodeThatReadsVeryMany() {
    TestModel model = model();
    String[] values = new String[NODES];
    for (int i = 0; i < NODES; i++) {
      values[i] = "v" + i;
      add(model, "Identity", values[i], "x");
    }
    add(model, "Max", "y", values);
    assertThat(run(model)).containsExactly(1, -2, 3, 4);
  }

  @Test
  void veryManyValuesThatLiveTogether() {
    TestModel model = model();
    for (int i = 0; i < NODES; i++) {
      add(model, "Neg", "v" + i, "x");
    }
    String sum = "x";
    for (int i = NODES - 1; i >= 0; i--) {
      String next = i == 0 ? "y" : "s" + i;
      add(model, "Max", next, sum, "v" + i);
      sum = next;
    }
    assertThat(run(model)).containsExactly(1, 2, 3, 4);
  }
}
