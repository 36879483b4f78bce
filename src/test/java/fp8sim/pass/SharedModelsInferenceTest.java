package fp8sim.pass;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.SharedFiles;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.TensorType;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.TensorFile;
import fp8sim.pass.infer.ShapeInference;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The inferred types of ONNX's own test cases are those of their expected outputs. */
class SharedModelsInferenceTest {

  @Test
  void typesOfNodeTestsAreThoseOfTheirOutputs() throws IOException {
    List<String> wrong = new ArrayList<>();
    try (Stream<Path> folders = Files.list(SharedFiles.require("conformance/onnx-node"))) {
      for (Path folder : folders.sorted().toList()) {
        wrong.addAll(check(folder));
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static List<String> check(Path folder) {
    Graph graph = OnnxModel.read(folder.resolve("model.onnx"));
    Path data = folder.resolve("test_data_set_0");
    Set<String> needed = ShapeInference.valueInputs(graph);
    Map<String, Shape> shapes = new HashMap<>();
    Map<String, Tensor> values = new HashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      GraphInput input = graph.inputs().get(i);
      Tensor tensor = TensorFile.read(data.resolve("input_" + i + ".pb"));
      shapes.put(input.name(), tensor.shape());
      if (needed.contains(input.name())) {
        values.put(input.name(), tensor);
      }
    }
    List<String> wrong = new ArrayList<>();
    Graph inferred;
    try {
      inferred = ShapeInference.infer(graph, shapes, values, new SmallEvaluator());
    } catch (RuntimeException e) {
      return List.of(folder.getFileName() + ": " + e);
    }
    for (int i = 0; i < graph.outputs().size(); i++) {
      Tensor expected = TensorFile.read(data.resolve("output_" + i + ".pb"));
      TensorType type = inferred.typeOf(graph.outputs().get(i));
      if (!type.equals(new TensorType(expected.type(), expected.shape()))) {
        wrong.add(
            "%s: %s, not %s %s"
                .formatted(folder.getFileName(), type, expected.type(), expected.shape()));
      }
    }
    return wrong;
  }
}
