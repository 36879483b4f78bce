package fp8sim.cli;

import com.sun.management.OperatingSystemMXBean;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.Notes;
import fp8sim.cli.option.CalibrationOptions;
import fp8sim.cli.option.DataOptions;
import fp8sim.common.Progress;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Network;
import fp8sim.eval.Calibration;
import fp8sim.eval.CardAccuracy;
import fp8sim.eval.Evaluation;
import fp8sim.eval.FloatBaseline;
import fp8sim.eval.Scoring;
import fp8sim.model.Model;
import fp8sim.quant.Ranges;
import fp8sim.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What points of a sweep have in common and is done once: decoded images, the outputs of the
 * float32 network, and the ranges of quantizers. Of data and outputs the last ones used are kept,
 * so that points with the same data should run one after the other.
 */
public final class SharedWork {
  /** Decoded images may fill this part of the machine's memory, those for calibration as much. */
  private static final int MEMORY_SHARE = 8;

  /** A value and what it was made for. */
  private record Kept<T>(Object key, T value) {}

  private final Notes notes;
  private @Nullable Kept<Dataset> dataset;
  private @Nullable Kept<Scoring> scoring;
  private @Nullable Kept<Dataset> calibrationData;
  private @Nullable Kept<FloatBaseline> reference;
  private final Map<List<Object>, Ranges> ranges = new HashMap<>();

  /**
   * An empty cache; points fill it as they need networks, ranges and datasets.
   *
   * @param notes where points tell what the user should know
   */
  public SharedWork(Notes notes) {
    this.notes = notes;
  }

  /** The samples of a point. */
  public Dataset dataset(Setting setting) {
    Kept<Dataset> kept = dataset;
    if (kept == null || !kept.key().equals(setting.dataKey())) {
      Model model = setting.model();
      DatasetDescription description = setting.description();
      notes.add(model.notes(description));
      Dataset all = description.open(model.cardFor(description)).cached(memory());
      Scoring found =
          DataOptions.scoring(
              setting.invocation(), model, description, setting.network(setting.numerics()), all);
      notes.add(found.notes());
      scoring = new Kept<>(setting.dataKey(), found);
      kept =
          new Kept<>(
              setting.dataKey(), DataOptions.select(setting.invocation(), all, found.batchSize()));
      dataset = kept;
    }
    return kept.value();
  }

  /** Scores a network of a point on the point's samples. */
  public Evaluation evaluation(Setting setting, Network network) {
    dataset(setting);
    Scoring found = Objects.requireNonNull(scoring).value();
    return new Evaluation(network, null, found, setting.threads());
  }

  /** What the model gives in float32 on the point's samples. */
  public FloatBaseline reference(Setting setting, Blueprint floating) {
    Kept<FloatBaseline> kept = reference;
    if (kept == null || !kept.key().equals(setting.referenceKey())) {
      try (Network network = floating.open()) {
        FloatBaseline outputs =
            FloatBaseline.of(evaluation(setting, network), dataset(setting), Progress.Meter.SILENT);
        kept = new Kept<>(setting.referenceKey(), outputs);
        reference = kept;
      }
    }
    return kept.value();
  }

  /** A point's network with its ranges, and with its re-estimated normalizations. */
  public Blueprint prepared(Setting setting) {
    Blueprint network = setting.network(setting.numerics());
    Invocation invocation = setting.invocation();
    if (invocation.arguments().find(CalibrationOptions.RANGES.name()).isPresent()
        || !network.numerics().quantizesActivations()) {
      return CalibrationOptions.prepare(
              invocation, setting.model(), network, setting.description(), notes)
          .network();
    }
    Ranges found = ranges.get(setting.rangesKey());
    if (found == null) {
      found = calibrate(setting);
      ranges.put(setting.rangesKey(), found);
    }
    return withRanges(setting, network, found);
  }

  /** Tells the user if float32 on a point's samples is not what the model's card states. */
  public void tell(Setting setting, FloatBaseline outputs) {
    notes.add(CardAccuracy.notes(setting.model(), setting.description(), outputs.scores()));
  }

  /** Tells the user what is to know about a network, once for all points. */
  public void tell(List<String> networkNotes) {
    notes.add(networkNotes);
  }

  /** A network with these ranges, its normalizations re-estimated if it asks for that. */
  public Blueprint withRanges(Setting setting, Blueprint network, Ranges found) {
    Blueprint withRanges = network.withRanges(found);
    int batches = network.numerics().reestimateBatches();
    if (batches == 0) {
      return withRanges;
    }
    Calibration.Found<Map<String, Tensor>> statistics =
        CalibrationOptions.calibration(setting.invocation())
            .reestimate(withRanges, calibrationData(setting), batches, Progress.NONE);
    notes.add(statistics.notes());
    return withRanges.withConstants(statistics.value());
  }

  private Ranges calibrate(Setting setting) {
    // Not forCalibration(), which finds the same ranges: a multiplier that does not fit the formats
    // is found before.
    Blueprint network = setting.network(setting.numerics());
    Calibration.Found<Ranges> found =
        CalibrationOptions.isArray(setting.invocation().arguments())
            ? CalibrationOptions.calibrateOnArray(setting.invocation(), network)
            : CalibrationOptions.calibration(setting.invocation())
                .run(network, calibrationData(setting), Progress.NONE);
    notes.add(found.notes());
    return found.value();
  }

  /** Opens the data that a point's ranges are found on, if they are. */
  void checkCalibrationData(Setting setting) {
    Arguments arguments = setting.invocation().arguments();
    boolean ranges = arguments.find(CalibrationOptions.RANGES.name()).isPresent();
    if (setting.numerics().quantizesActivations()
        && !ranges
        && !CalibrationOptions.isArray(arguments)) {
      calibrationData(setting);
    }
  }

  private Dataset calibrationData(Setting setting) {
    Kept<Dataset> kept = calibrationData;
    if (kept == null || !kept.key().equals(setting.calibrationDataKey())) {
      Dataset data =
          CalibrationOptions.dataset(setting.invocation(), setting.model(), setting.description());
      kept = new Kept<>(setting.calibrationDataKey(), data.cached(memory()));
      calibrationData = kept;
    }
    return kept.value();
  }

  private static long memory() {
    Object system = Objects.requireNonNull(ManagementFactory.getOperatingSystemMXBean());
    long all =
        system instanceof OperatingSystemMXBean bean
            ? bean.getTotalMemorySize()
            : Runtime.getRuntime().maxMemory();
    return all / MEMORY_SHARE;
  }
}
