package fp8sim.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.conformance.ZippedCases;
import fp8sim.graph.Graph;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.kernel.StepRunner;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.TensorFile;
import fp8sim.pass.infer.ConstantEvaluator;
import fp8sim.pass.infer.ShapeInference;
import fp8sim.plan.Planner;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The 504 cases of the ONNX backend test suite of ONNX 1.12, each from its model file to its
 * outputs; tolerances are those of the suite.
 */
class OnnxNodeTest {
  private static final double RELATIVE = 1e-3;
  private static final double ABSOLUTE = 1e-7;

  private static final ConstantEvaluator EVALUATOR =
      (node, inputs, types) ->
          StepRunner.of(ReferenceKernels.set())
              .with(FloatMath.SEPARATE)
              .run(node.op(), types, inputs.toArray(new Tensor[0]));

  @TempDir private static Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    ZippedCases.unpack(ZippedCases.OLD, folder);
  }

  @Test
  void noCaseIsMissing() throws IOException {
    try (Stream<Path> cases = Files.list(folder)) {
      assertThat(cases).hasSize(504);
    }
  }

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    try (Stream<Path> cases = Files.list(folder)) {
      return cases.sorted().toList().stream()
          .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> check(path)));
    }
  }

  private static void check(Path directory) throws IOException {
    Graph graph = OnnxModel.read(directory.resolve("model.onnx"));
    Path data = directory.resolve("test_data_set_0");
    Set<String> needed = ShapeInference.valueInputs(graph);
    Map<String, Tensor> values = new HashMap<>();
    Map<String, Tensor> fed = new HashMap<>();
    Map<String, Shape> shapes = new HashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      String name = graph.inputs().get(i).name();
      Tensor tensor = TensorFile.read(data.resolve("input_" + i + ".pb"));
      if (needed.contains(name)) {
        values.put(name, tensor);
      } else {
        fed.put(name, tensor);
        shapes.put(name, tensor.shape());
      }
    }
    Graph inferred = ShapeInference.infer(graph, shapes, values, EVALUATOR);
    SessionOptions options = new SessionOptions(1, "", new PreparedConstants());
    try (Session session =
        new ReferenceBackend().compile(Planner.plan(inferred, Numerics.FLOAT32), options)) {
      Map<String, Tensor> outputs = session.run(fed);
      compare(data, inferred.outputs(), outputs);
    }
  }

  private static void compare(Path data, List<String> names, Map<String, Tensor> outputs) {
    for (int i = 0; i < names.size(); i++) {
      Tensor expected = TensorFile.read(data.resolve("output_" + i + ".pb"));
      Tensor actual = Objects.requireNonNull(outputs.get(names.get(i)));
      assertThat(actual.type()).isEqualTo(expected.type());
      assertThat(actual.shape()).isEqualTo(expected.shape());
      if (!expected.type().isFloating()) {
        assertThat(Values.longs(actual)).isEqualTo(Values.longs(expected));
      } else {
        compare(Values.doubles(actual), Values.doubles(expected));
      }
    }
  }

  private static void compare(double[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      boolean equal = Double.compare(actual[i], expected[i]) == 0;
      assertThat(equal || error <= ABSOLUTE + RELATIVE * Math.abs(expected[i]))
          .as("element %d is %s, not %s", i, actual[i], expected[i])
          .isTrue();
    }
  }
}
