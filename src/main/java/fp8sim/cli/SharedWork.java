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
import fp8sim.engine.Network;
import fp8sim.eval.CardAccuracy;
import fp8sim.eval.Evaluation;
import fp8sim.eval.FloatBaseline;
import fp8sim.eval.LoadedModel;
import fp8sim.eval.Scoring;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.RangesFile;
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
  private final Map<List<Object>, Map<String, CalibratedRange>> ranges = new HashMap<>();

  /**
   * Nothing yet.
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
      LoadedModel model = setting.model();
      DatasetDescription description = setting.description();
      notes.add(model.notes(description));
      Dataset all = description.open(model.cardFor(description)).cached(memory());
      Scoring found;
      try (Network network = SweepTrial.network(setting, setting.numerics())) {
        found = DataOptions.scoring(setting.invocation(), model, description, network, all);
      }
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
  public FloatBaseline reference(Setting setting, Network floating) {
    Kept<FloatBaseline> kept = reference;
    if (kept == null || !kept.key().equals(setting.referenceKey())) {
      FloatBaseline outputs =
          FloatBaseline.of(evaluation(setting, floating), dataset(setting), Progress.Meter.SILENT);
      kept = new Kept<>(setting.referenceKey(), outputs);
      reference = kept;
    }
    return kept.value();
  }

  /** Gives a point's network its ranges, and its re-estimated normalizations. */
  public void prepare(Setting setting, Network network) {
    Invocation invocation = setting.invocation();
    if (invocation.arguments().find(CalibrationOptions.RANGES.name()).isPresent()
        || !network.numerics().quantizesActivations()) {
      CalibrationOptions.prepare(
          invocation, setting.model(), network, setting.description(), notes);
      return;
    }
    Map<String, CalibratedRange> found = ranges.get(setting.rangesKey());
    if (found == null) {
      found = calibrate(setting);
      ranges.put(setting.rangesKey(), found);
    }
    withRanges(setting, network, new RangesFile(CalibrationOptions.hash(setting.model()), found));
  }

  /** Tells the user if float32 on a point's samples is not what the model's card states. */
  public void tell(Setting setting, FloatBaseline outputs) {
    notes.add(CardAccuracy.notes(setting.model(), setting.description(), outputs.scores()));
  }

  /** Tells the user what is to know about a network, once for all points. */
  public void tell(Network network) {
    notes.add(network.quantization().newNotes());
  }

  /** Gives a network these ranges, and re-estimates its normalizations if it asks for that. */
  public Network withRanges(Setting setting, Network network, RangesFile file) {
    network.useRanges(file);
    int batches = network.numerics().reestimateBatches();
    if (batches > 0) {
      notes.add(
          CalibrationOptions.calibration(setting.invocation())
              .reestimate(network, calibrationData(setting), batches, Progress.NONE));
    }
    return network;
  }

  private Map<String, CalibratedRange> calibrate(Setting setting) {
    // Not forCalibration(), which finds the same ranges: a multiplier that does not fit the formats
    // is found before.
    try (Network network = SweepTrial.network(setting, setting.numerics())) {
      if (CalibrationOptions.isArray(setting.invocation().arguments())) {
        notes.add(CalibrationOptions.calibrateOnArray(setting.invocation(), network));
      } else {
        notes.add(
            CalibrationOptions.calibration(setting.invocation())
                .run(network, calibrationData(setting), Progress.NONE));
      }
      return network.quantization().ranges();
    }
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
