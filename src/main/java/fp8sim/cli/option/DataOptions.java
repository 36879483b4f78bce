package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import fp8sim.data.BatchSelection;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Blueprint;
import fp8sim.eval.Scoring;
import fp8sim.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Labelled data to evaluate on. */
public final class DataOptions {
  public static final CliOption DATA =
      CliOption.value(
          "data", "D", "a dataset's name or description file (default: what the card names)");
  public static final CliOption DATA_ROOT =
      CliOption.value("data-root", "DIR", "where the description's relative paths start");
  static final CliOption LIMIT = CliOption.value("limit", "N", "only the first N samples");
  public static final CliOption PER_CLASS =
      CliOption.value("per-class", "N", "only the first N samples of every class");
  static final CliOption SAMPLE =
      CliOption.value(
          "sample", "start=S,step=T,count=C", "only evaluation batches S, S+T, ..., C of them");
  static final CliOption BATCH_SIZE =
      CliOption.value("batch-size", "N", "samples per run; a model's fixed batch wins")
          .withDefault("32");

  public static final CliOption SCORED_OUTPUT =
      CliOption.value(
          "scored-output",
          "NAME",
          "the output that holds the scores (default: chosen by its shape and the card)");
  public static final OptionSection SECTION =
      OptionSection.of(
          "Data", DATA, DATA_ROOT, LIMIT, PER_CLASS, SAMPLE, BATCH_SIZE, SCORED_OUTPUT);

  private DataOptions() {}

  /** The description of {@code --data}, or of the dataset that the model's card names. */
  public static DatasetDescription description(Invocation invocation, Model model) {
    Arguments arguments = invocation.arguments();
    String name = arguments.find(DATA.name()).orElseGet(() -> fromCard(model));
    arguments.resolve(DATA.name(), name);
    Path file = UserPath.of("--" + DATA.name(), name);
    if (Files.isRegularFile(file)) {
      invocation.result().addInput(file);
    }
    DatasetDescription description =
        DatasetDescription.load(name, arguments.findPath(DATA_ROOT.name()).orElse(null));
    description.files().forEach(invocation.result()::addInput);
    return description;
  }

  /** How the model is scored on the data, as far as options and card say. */
  public static Scoring scoring(
      Invocation invocation,
      Model model,
      DatasetDescription description,
      Blueprint network,
      Dataset dataset) {
    Arguments arguments = invocation.arguments();
    return Scoring.of(
        network,
        dataset,
        model.cardFor(description),
        arguments.find(SCORED_OUTPUT.name()).orElse(null),
        arguments.integer(BATCH_SIZE.name(), 1));
  }

  private static String fromCard(Model model) {
    String dataset = model.card() == null ? null : model.card().dataset();
    if (dataset == null) {
      throw Fp8simException.usage(
          "--data is missing: name a dataset or its description file (the model has no card that"
              + " names one)");
    }
    return dataset;
  }

  /**
   * The samples that the options select.
   *
   * @param batchSize size of the batches that {@code --sample} counts
   */
  public static Dataset select(Invocation invocation, Dataset all, int batchSize) {
    Arguments arguments = invocation.arguments();
    Dataset dataset = all;
    if (arguments.find(PER_CLASS.name()).isPresent()) {
      dataset = dataset.stratified(arguments.integer(PER_CLASS.name(), 1));
    }
    Optional<String> sample = arguments.find(SAMPLE.name());
    if (sample.isPresent()) {
      dataset = dataset.batches(BatchSelection.parse(sample.get()), batchSize);
    }
    if (arguments.find(LIMIT.name()).isPresent()) {
      dataset = dataset.limit(arguments.integer(LIMIT.name(), 1));
    }
    return dataset;
  }
}
