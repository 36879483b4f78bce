package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import fp8sim.data.BatchSelection;
import fp8sim.model.Model;
import fp8sim.run.DataSelection;
import fp8sim.run.DataSpec;
import fp8sim.run.NamedDataset;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

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

  /** The data of {@code --data}, or the dataset that the model's card names. */
  static DataSpec read(Arguments arguments, Model model) {
    String name = arguments.find(DATA.name()).orElseGet(() -> fromCard(model));
    arguments.resolve(DATA.name(), name);
    UserPath.of("--" + DATA.name(), name);
    NamedDataset dataset =
        NamedDataset.load(name, arguments.findPath(DATA_ROOT.name()).orElse(null));
    return new DataSpec(
        dataset,
        selection(arguments),
        arguments.integer(BATCH_SIZE.name(), 1),
        arguments.find(SCORED_OUTPUT.name()).orElse(null));
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

  private static DataSelection selection(Arguments arguments) {
    return new DataSelection(
        orNull(arguments.findInt(PER_CLASS.name(), 1)),
        arguments.find(SAMPLE.name()).map(BatchSelection::parse).orElse(null),
        orNull(arguments.findInt(LIMIT.name(), 1)));
  }

  private static @Nullable Integer orNull(OptionalInt value) {
    return value.isPresent() ? (Integer) value.getAsInt() : null;
  }
}
