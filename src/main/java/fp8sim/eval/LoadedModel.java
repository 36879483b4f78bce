package fp8sim.eval;

import fp8sim.Fp8simException;
import fp8sim.UserPath;
import fp8sim.data.Bundled;
import fp8sim.data.ModelCard;
import fp8sim.engine.ModelGraph;
import fp8sim.engine.Models;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model and what its card says.
 *
 * @param file null for a bundled model
 * @param card null if there is none
 */
public record LoadedModel(
    String name, ModelGraph graph, @Nullable Path file, @Nullable ModelCard card) {

  /**
   * Reads a model.
   *
   * @param nameOrFile a bundled model's name, or an ONNX file
   * @param cardFile a card that replaces the model's own, or null
   * @throws Fp8simException (input) if there is no such model or it is not usable
   */
  public static LoadedModel open(String nameOrFile, @Nullable Path cardFile) {
    Path file = UserPath.of("model", nameOrFile);
    boolean bundled = Bundled.MODELS.contains(nameOrFile) && !Files.isRegularFile(file);
    if (!bundled && !Files.isRegularFile(file)) {
      throw Fp8simException.input(
          "%s: no such file, and no bundled model (%s)"
              .formatted(nameOrFile, String.join(", ", Bundled.MODELS)));
    }
    ModelCard card = cardFile == null ? null : ModelCard.load(cardFile);
    if (bundled) {
      ModelGraph graph = Models.open(nameOrFile, Bundled.model(nameOrFile));
      return new LoadedModel(
          nameOrFile, graph, null, card == null ? Bundled.card(nameOrFile) : card);
    }
    return new LoadedModel(
        nameOrFile, Models.open(file), file, card == null ? ModelCard.beside(file) : card);
  }

  /** Whether the outputs are probabilities rather than logits. */
  public boolean givesProbabilities() {
    return card != null && card.output() == ModelCard.Output.PROBABILITIES;
  }
}
