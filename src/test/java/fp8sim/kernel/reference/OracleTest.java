package fp8sim.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import fp8sim.graph.Graph;
import fp8sim.graph.Op;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.kernel.StepRunner;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.oracle.OperatorModel;
import fp8sim.pass.infer.ConstantEvaluator;
import fp8sim.pass.infer.ShapeInference;
import fp8sim.plan.Planner;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;

/** Cases of operators, mostly in the forms of opsets 18 to 22, against ONNX Runtime. */
abstract class OracleTest {
  private static final double TOLERANCE = 2e-5;

  final Random random = new Random(18);
  final List<DynamicTest> tests = new ArrayList<>();

  /** Adds a test that compares a model's outputs with ONNX Runtime's. */
  final void add(String name, OperatorModel model) {
    tests.add(DynamicTest.dynamicTest(name, () -> check(model)));
  }

  /** Normal numbers with standard deviation 3. */
  final Tensor floats(int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 3f;
    }
    return Tensor.ofFloats(shape, values);
  }

  static Tensor cast(Tensor x, DataType type) {
    return StepRunner.of(ReferenceKernels.set()).run(new Op.Cast(type, true), type, x.shape(), x);
  }

  private static void check(OperatorModel model) throws OrtException {
    Map<String, Tensor> expected = OnnxRuntime.run(model.bytes(), model.inputs());
    Map<String, Tensor> actual = run(model);
    expected.forEach((name, tensor) -> compare(Objects.requireNonNull(actual.get(name)), tensor));
  }

  private static Map<String, Tensor> run(OperatorModel model) {
    ConstantEvaluator evaluator =
        (node, inputs, types) ->
            StepRunner.of(ReferenceKernels.set())
                .run(node.op(), types, inputs.toArray(new Tensor[0]));
    Map<String, Shape> shapes = new HashMap<>();
    model.inputs().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    Graph graph = OnnxModel.read("model", model.bytes());
    Graph inferred = ShapeInference.infer(graph, shapes, Map.of(), evaluator);
    SessionOptions options = new SessionOptions(1, "", new PreparedConstants());
    try (Session session =
        new ReferenceBackend().compile(Planner.plan(inferred, Numerics.FLOAT32), options)) {
      Map<String, Tensor> copies = new HashMap<>();
      session
          .run(model.inputs())
          .forEach(
              (name, tensor) -> {
                Tensor copy = Tensor.zeros(tensor.type(), tensor.shape());
                copy.data().copyFrom(tensor.data());
                copies.put(name, copy);
              });
      return copies;
    }
  }

  private static void compare(Tensor actual, Tensor expected) {
    assertThat(actual.type()).isEqualTo(expected.type());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    if (!expected.type().isFloating()) {
      assertThat(Values.longs(actual)).isEqualTo(Values.longs(expected));
      return;
    }
    double[] values = Values.doubles(actual);
    double[] exact = Values.doubles(expected);
    for (int i = 0; i < exact.length; i++) {
      double error = Math.abs(values[i] - exact[i]);
      boolean same = values[i] == exact[i] || (Double.isNaN(values[i]) && Double.isNaN(exact[i]));
      assertThat(same || error <= TOLERANCE * Math.max(1, Math.abs(exact[i])))
          .as("element %d is %s, not %s", i, values[i], exact[i])
          .isTrue();
    }
  }
}
