package fp8sim.eval;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.data.Classes;
import fp8sim.data.Dataset;
import fp8sim.engine.BatchProbe;
import fp8sim.engine.Blueprint;
import fp8sim.model.ModelCard;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a network is scored on a dataset.
 *
 * @param batchSize samples per run
 * @param output the name of the output that is scored
 * @param perToken whether it has a row for every token rather than one for the sample
 * @param probabilities whether it holds probabilities rather than logits
 * @param notes what the user should know about the choice, one line each
 */
public record Scoring(
    int batchSize, String output, boolean perToken, boolean probabilities, List<String> notes) {
  public Scoring {
    notes = List.copyOf(notes);
  }

  /**
   * Chooses the output that has a number for each class, of every token where tokens are scored;
   * for data without labels the first one of floating point.
   *
   * @param card what it says about probabilities holds, and decides between outputs of the same
   *     width; without one, what a Softmax gives are probabilities
   * @param name of the output, or null to choose by shape
   * @param batchSize samples per run; what the model fixes wins
   * @throws Fp8simException (usage) if no output has this name; (input) if data and network do not
   *     fit
   */
  public static Scoring of(
      Blueprint network,
      Dataset dataset,
      @Nullable ModelCard card,
      @Nullable String name,
      int batchSize) {
    if (name != null && !network.outputs().contains(name)) {
      throw Fp8simException.usage(
          "%s: %s has no such output; it has %s"
              .formatted(
                  UserOption.SCORED_OUTPUT.with(name),
                  network.name(),
                  String.join(", ", network.outputs())));
    }
    BatchProbe probe = Feed.probe(network, dataset);
    Feed feed = Feed.of(network, dataset, probe, batchSize);
    boolean probabilities = card != null && card.output() == ModelCard.Output.PROBABILITIES;
    List<BatchProbe.Output> outputs = probe.outputs(feed.batchSize());
    List<BatchProbe.Output> asked =
        outputs.stream().filter(output -> name == null || output.name().equals(name)).toList();
    int tokens = Feed.tokens(network, dataset);
    BatchProbe.Output chosen =
        dataset.isUnlabelled()
            ? firstFloating(asked)
            : choose(
                dataset.task().isPerToken() ? ofTokens(asked, tokens) : asked,
                dataset,
                probabilities);
    if (chosen == null) {
      throw Fp8simException.input(network.name() + ": " + why(asked, dataset, feed.batchSize()));
    }
    boolean perToken =
        dataset.isUnlabelled() ? hasTokens(chosen, tokens) : dataset.task().isPerToken();
    List<String> notes = new ArrayList<>();
    if (!feed.note().isEmpty()) {
      notes.add(feed.note());
    }
    if (outputs.size() > 1 && name == null) {
      notes.add(
          "%s: output \"%s\" is scored, of %s"
              .formatted(network.name(), chosen.name(), names(outputs)));
    }
    boolean scored = card == null ? chosen.probabilities() : probabilities;
    return new Scoring(feed.batchSize(), chosen.name(), perToken, scored, notes);
  }

  private static String names(List<BatchProbe.Output> outputs) {
    return outputs.stream().map(BatchProbe.Output::name).collect(Collectors.joining(", "));
  }

  private static BatchProbe.@Nullable Output firstFloating(List<BatchProbe.Output> outputs) {
    return outputs.stream()
        .filter(output -> output.perSample() && isNumber(output.type()))
        .filter(output -> output.type().isFloating())
        .findFirst()
        .orElse(null);
  }

  /** Whether an output [N, L, ...] has a row for every token. */
  private static boolean hasTokens(BatchProbe.Output output, int tokens) {
    Shape shape = output.shape();
    return tokens > 0 && output.perSample() && shape.rank() > 2 && shape.dim(1) == tokens;
  }

  /** The outputs that have a row for every token, as wide as a row. */
  private static List<BatchProbe.Output> ofTokens(List<BatchProbe.Output> outputs, int tokens) {
    return outputs.stream()
        .filter(output -> hasTokens(output, tokens))
        .map(output -> output.withWidth(output.width() / tokens))
        .toList();
  }

  /** The best output: as wide as there are classes, floating point, of the kind the card names. */
  private static BatchProbe.@Nullable Output choose(
      List<BatchProbe.Output> outputs, Dataset dataset, boolean probabilities) {
    Classes classes = dataset.classes();
    int needed = classes.isKnown() ? classes.outputs() : dataset.largestLabel() + 1;
    boolean wider = !classes.isKnown() || classes.offsetStated();
    List<BatchProbe.Output> fitting =
        outputs.stream()
            .filter(BatchProbe.Output::perSample)
            .filter(output -> isNumber(output.type()))
            .filter(output -> output.width() == needed || (wider && output.width() > needed))
            .toList();
    int narrowest = fitting.stream().mapToInt(BatchProbe.Output::width).min().orElse(needed);
    List<Predicate<BatchProbe.Output>> wishes =
        List.of(
            output -> output.width() == narrowest,
            output -> output.type().isFloating(),
            output -> output.probabilities() == probabilities);
    for (Predicate<BatchProbe.Output> wish : wishes) {
      List<BatchProbe.Output> better = fitting.stream().filter(wish).toList();
      fitting = better.isEmpty() ? fitting : better;
    }
    return fitting.isEmpty() ? null : fitting.getFirst();
  }

  private static boolean isNumber(DataType type) {
    return type.isInteger() || (type.isFloating() && !type.isSmallFloat());
  }

  private static String why(List<BatchProbe.Output> outputs, Dataset dataset, int samples) {
    String all =
        outputs.stream()
            .map(output -> "\"%s\" %s %s".formatted(output.name(), output.type(), output.shape()))
            .collect(Collectors.joining(", "));
    if (outputs.stream().noneMatch(BatchProbe.Output::perSample)) {
      return "the first dimension of output %s is not the batch of %d samples"
          .formatted(all, samples);
    }
    if (dataset.isUnlabelled()) {
      return "no output is floating point, of %s".formatted(all);
    }
    Classes classes = dataset.classes();
    String wanted =
        classes.isKnown()
            ? "the %d classes of dataset %s (labelOffset %d)"
                .formatted(classes.count(), dataset.name(), classes.labelOffset())
            : "the labels of dataset %s, up to %d"
                .formatted(dataset.name(), dataset.largestLabel());
    return "output %s for a batch of %d does not hold a number for each of %s%s; state labelOffset in the model's card (%s) or the data's description, or name another output (%s)"
        .formatted(
            all,
            samples,
            wanted,
            dataset.task().isPerToken() ? " for every token" : "",
            UserOption.CARD.with("FILE"),
            UserOption.SCORED_OUTPUT.with("NAME"));
  }
}
