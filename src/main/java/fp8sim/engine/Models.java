package fp8sim.engine;

import fp8sim.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.TensorFile;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds and reads models: files, and those packed into the program. */
public final class Models {
  /** The models that come with the program, by name. */
  public static final List<String> BUNDLED =
      List.of("fashion-resnet", "fashion-mobilenet_v2", "fashion-vit");

  private Models() {}

  /**
   * Reads a bundled model by its name, or else a file.
   *
   * @throws Fp8simException (input) if there is neither
   */
  public static Graph open(String nameOrFile) {
    if (BUNDLED.contains(nameOrFile) && !Files.exists(Path.of(nameOrFile))) {
      return readBundled(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    if (!Files.exists(file)) {
      throw Fp8simException.input(
          "%s: no such file, and no bundled model (%s)"
              .formatted(nameOrFile, String.join(", ", BUNDLED)));
    }
    return read(file);
  }

  public static Graph read(Path file) {
    return OnnxModel.read(file);
  }

  /** Reads a file with one ONNX {@code TensorProto}. */
  public static Tensor readTensor(Path file) {
    return TensorFile.read(file);
  }

  private static Graph readBundled(String name) {
    String resource = "/models/" + name + ".onnx";
    try (InputStream stream = Models.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the program lacks its resource " + resource);
      }
      return OnnxModel.read(name, stream.readAllBytes());
    } catch (IOException e) {
      throw Fp8simException.input(resource + ": cannot be read: " + e.getMessage());
    }
  }
}
