package fp8sim.model;

import fp8sim.common.Sha256;
import fp8sim.common.UserOption;
import fp8sim.graph.Graph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model: its graph, and what its card says.
 *
 * @param name as the user gave it
 * @param graph as imported, before any pass
 * @param file null for a bundled model
 * @param card null if there is none
 * @param cardFile the file that the card is in; null if there is none, or it comes with the program
 * @param foundByName whether the card comes with the program and was found by the file's name
 * @param ignored a file beside the model that looks like its card and is none, or null
 */
public record Model(
    String name,
    Graph graph,
    @Nullable Path file,
    @Nullable ModelCard card,
    @Nullable Path cardFile,
    boolean foundByName,
    @Nullable Path ignored) {

  /** SHA-256 of the model's file, in hexadecimal. */
  public String hash() {
    return file != null ? Sha256.of(file) : Sha256.of(Bundled.model(name));
  }

  /** The files of model and card; none for what comes with the program. */
  public List<Path> files() {
    return Stream.of(file, cardFile).filter(Objects::nonNull).toList();
  }

  /**
   * What the model's card says about a dataset. A card that was found by the model's name only
   * counts for the dataset that it names: others have images, and labels, of their own.
   *
   * @param dataset its name
   */
  public @Nullable ModelCard cardFor(String dataset) {
    return card == null || (foundByName && !dataset.equals(card.dataset())) ? null : card;
  }

  /** What the user should know about the card that is used for a dataset, one line each. */
  public List<String> notes(String dataset) {
    List<String> notes = new ArrayList<>();
    if (ignored != null) {
      notes.add(
          ignored + ": no model card (no \"schema\" and \"model\"), so it is not used as one");
    }
    ModelCard used = cardFor(dataset);
    if (foundByName && used != null) {
      notes.add(
          "%s: the card of %s in data-loaders/cards is used; %s names another"
              .formatted(name, used.model(), UserOption.CARD.with("FILE")));
    }
    return notes;
  }
}
