package fp8sim.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.SharedFiles;
import fp8sim.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every model that the project is measured by can be imported. */
class SharedModelsTest {

  @ParameterizedTest
  @ValueSource(strings = {"conformance/onnx-node", "conformance/networks", "models"})
  void everyModelIsRead(String folder) throws IOException {
    for (Path file : models(SharedFiles.require(folder))) {
      Graph graph = OnnxModel.read(file);
      assertThat(graph.outputs()).as(file.toString()).isNotEmpty();
    }
  }

  @Test
  void everyTensorFileIsRead() throws IOException {
    try (Stream<Path> files = Files.walk(SharedFiles.require("conformance/onnx-node"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pb")).toList()) {
        assertThat(TensorFile.read(file).shape()).as(file.toString()).isNotNull();
      }
    }
  }

  private static List<Path> models(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".onnx")).toList();
    }
  }
}
