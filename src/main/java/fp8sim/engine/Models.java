package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import fp8sim.graph.Graph;
import fp8sim.model.Bundled;
import fp8sim.model.Model;
import fp8sim.model.ModelCard;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.TensorFile;
import fp8sim.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens models, and reads tensors, for the layers above, which know nothing of ONNX. */
public final class Models {
  private Models() {}

  /**
   * Opens a model with its card.
   *
   * @param nameOrFile a bundled model's name, or an ONNX file
   * @param cardFile a card that replaces the model's own, or null
   * @throws Fp8simException (input) if there is no such model or it is not usable
   */
  public static Model open(String nameOrFile, @Nullable Path cardFile) {
    Path file = UserPath.of("model", nameOrFile);
    boolean bundled = Bundled.MODELS.contains(nameOrFile) && !Files.isRegularFile(file);
    if (!bundled && !Files.isRegularFile(file)) {
      throw Fp8simException.input(
          "%s: no such file, and no bundled model (%s)"
              .formatted(nameOrFile, String.join(", ", Bundled.MODELS)));
    }
    ModelCard card = cardFile == null ? null : ModelCard.load(cardFile);
    if (bundled) {
      Graph graph = OnnxModel.read(nameOrFile, Bundled.model(nameOrFile));
      ModelCard own = card == null ? Bundled.card(nameOrFile) : card;
      return new Model(nameOrFile, graph, null, own, cardFile, false, null);
    }
    Graph graph = OnnxModel.read(file);
    return card == null
        ? withFoundCard(nameOrFile, graph, file)
        : new Model(nameOrFile, graph, file, card, cardFile, false, null);
  }

  /** The card beside the model wins over the one that comes with the program. */
  private static Model withFoundCard(String name, Graph graph, Path file) {
    Path beside = ModelCard.fileBeside(file);
    boolean exists = Files.isRegularFile(beside);
    if (exists && ModelCard.isCard(beside)) {
      return new Model(name, graph, file, ModelCard.load(beside), beside, false, null);
    }
    ModelCard known = Bundled.cardByName(file);
    return new Model(name, graph, file, known, null, known != null, exists ? beside : null);
  }

  /** Opens an ONNX file alone: no card is looked for. */
  public static Model openWithoutCard(Path file) {
    return new Model(file.toString(), OnnxModel.read(file), file, null, null, false, null);
  }

  /** Reads a file with one ONNX {@code TensorProto}. */
  public static Tensor readTensor(Path file) {
    return TensorFile.read(file);
  }
}
