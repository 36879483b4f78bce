package fp8sim.eval;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.common.UserPath;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.ModelGraph;
import fp8sim.engine.Models;
import fp8sim.model.Bundled;
import fp8sim.model.ModelCard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model and what its card says.
 *
 * @param file null for a bundled model
 * @param card null if there is none
 * @param cardFile the file that the card is in; null if there is none, or it comes with the program
 * @param foundByName whether the card comes with the program and was found by the file's name
 * @param ignored a file beside the model that looks like its card and is none, or null
 */
public record LoadedModel(
    String name,
    ModelGraph graph,
    @Nullable Path file,
    @Nullable ModelCard card,
    @Nullable Path cardFile,
    boolean foundByName,
    @Nullable Path ignored) {

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
      ModelCard own = card == null ? Bundled.card(nameOrFile) : card;
      return new LoadedModel(nameOrFile, graph, null, own, cardFile, false, null);
    }
    ModelGraph graph = Models.open(file);
    return card == null
        ? withFoundCard(nameOrFile, graph, file)
        : new LoadedModel(nameOrFile, graph, file, card, cardFile, false, null);
  }

  /** The card beside the model wins over the one that comes with the program. */
  private static LoadedModel withFoundCard(String name, ModelGraph graph, Path file) {
    Path beside = ModelCard.fileBeside(file);
    boolean exists = Files.isRegularFile(beside);
    if (exists && ModelCard.isCard(beside)) {
      return new LoadedModel(name, graph, file, ModelCard.load(beside), beside, false, null);
    }
    ModelCard known = Bundled.cardByName(file);
    return new LoadedModel(name, graph, file, known, null, known != null, exists ? beside : null);
  }

  /**
   * What the model's card says about a dataset. A card that was found by the model's name only
   * counts for the dataset that it names: others have images, and labels, of their own.
   */
  public @Nullable ModelCard cardFor(DatasetDescription data) {
    return card == null || (foundByName && !data.name().equals(card.dataset())) ? null : card;
  }

  /** What the user should know about the card that is used for a dataset, one line each. */
  public List<String> notes(DatasetDescription data) {
    List<String> notes = new ArrayList<>();
    if (ignored != null) {
      notes.add(
          ignored + ": no model card (no \"schema\" and \"model\"), so it is not used as one");
    }
    ModelCard used = cardFor(data);
    if (foundByName && used != null) {
      notes.add(
          "%s: the card of %s in data-loaders/cards is used; %s names another"
              .formatted(name, used.model(), UserOption.CARD.with("FILE")));
    }
    return notes;
  }
}
