package fp8sim.experiment;

import com.sun.management.OperatingSystemMXBean;
import fp8sim.common.Notes;
import fp8sim.common.Progress;
import fp8sim.data.Dataset;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Network;
import fp8sim.eval.Calibration;
import fp8sim.eval.CardAccuracy;
import fp8sim.eval.Evaluation;
import fp8sim.eval.FloatBaseline;
import fp8sim.eval.Scoring;
import fp8sim.quant.Ranges;
import fp8sim.run.Preparation;
import fp8sim.run.RunSpec;
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
public final class SweepCache {
  /** Decoded images may fill this part of the machine's memory, those for calibration as much. */
  private static final int MEMORY_SHARE = 8;

  /** A value and what it was made for. */
  private record CacheEntry<K, T>(K key, T value) {}

  /** The samples of points, and how they are scored. */
  private record EvaluatedData(Dataset samples, Scoring scoring) {}

  private final Notes notes;
  private final Progress progress;
  private @Nullable CacheEntry<RunSpec.DataKey, EvaluatedData> data;
  private @Nullable CacheEntry<RunSpec.CalibrationKey, Dataset> calibrationData;
  private @Nullable CacheEntry<RunSpec.BaselineKey, FloatBaseline> baseline;
  private final Map<RunSpec.RangesKey, Ranges> ranges = new HashMap<>();

  /**
   * An empty cache; points fill it as they need networks, ranges and datasets.
   *
   * @param notes where points tell what the user should know
   * @param progress of what a point needs for itself alone
   */
  public SweepCache(Notes notes, Progress progress) {
    this.notes = notes;
    this.progress = progress;
  }

  /** The samples of a point. */
  public Dataset dataset(RunSpec spec) {
    return evaluatedData(spec).samples();
  }

  /** Scores a network of a point on the point's samples. */
  public Evaluation evaluation(RunSpec spec, Network network) {
    return new Evaluation(network, null, evaluatedData(spec).scoring(), spec.threads());
  }

  private EvaluatedData evaluatedData(RunSpec spec) {
    CacheEntry<RunSpec.DataKey, EvaluatedData> kept = data;
    if (kept == null || !kept.key().equals(spec.dataKey())) {
      kept = new CacheEntry<>(spec.dataKey(), open(spec));
      data = kept;
    }
    return kept.value();
  }

  private EvaluatedData open(RunSpec spec) {
    notes.add(spec.model().notes(spec.description().name()));
    Dataset all = spec.openData().cached(memory());
    Scoring scoring = spec.scoring(all);
    notes.add(scoring.notes());
    return new EvaluatedData(
        spec.data().selection().of(all, scoring.batchSize()).byLength(), scoring);
  }

  /** What the model gives in float32 on the point's samples. */
  public FloatBaseline baseline(RunSpec spec, Blueprint floating) {
    CacheEntry<RunSpec.BaselineKey, FloatBaseline> kept = baseline;
    if (kept == null || !kept.key().equals(spec.baselineKey())) {
      try (Network network = floating.open()) {
        FloatBaseline outputs =
            FloatBaseline.of(evaluation(spec, network), dataset(spec), Progress.Meter.SILENT);
        kept = new CacheEntry<>(spec.baselineKey(), outputs);
        baseline = kept;
      }
    }
    return kept.value();
  }

  /** A point's network with its ranges, and with its re-estimated normalizations. */
  public Blueprint prepared(RunSpec spec) {
    // Not forCalibration(), which finds the same ranges: a multiplier that does not fit the formats
    // is found before.
    Blueprint network = spec.network();
    if (!isCalibrated(spec)) {
      return spec.preparation().prepare(network, notes, progress).network();
    }
    Ranges found = ranges.get(spec.rangesKey());
    if (found == null) {
      found = calibrate(spec, network);
      ranges.put(spec.rangesKey(), found);
    }
    return withRanges(spec, network, found);
  }

  private static boolean isCalibrated(RunSpec spec) {
    return spec.calibration().ranges() == null && spec.numerics().needsRanges();
  }

  /** Tells the user if float32 on a point's samples is not what the model's card states. */
  public void tell(RunSpec spec, FloatBaseline outputs) {
    notes.add(CardAccuracy.notes(spec.model(), spec.description(), outputs.scores()));
  }

  /** Tells the user what is to know about a network, once for all points. */
  public void tell(List<String> networkNotes) {
    notes.add(networkNotes);
  }

  /** A network with these ranges, its normalizations re-estimated if it asks for that. */
  public Blueprint withRanges(RunSpec spec, Blueprint network, Ranges found) {
    Blueprint withRanges = network.withRanges(found);
    int batches = network.numerics().reestimateBatches();
    if (batches == 0) {
      return withRanges;
    }
    Calibration.Found<Map<String, Tensor>> statistics =
        spec.preparation()
            .calibration()
            .reestimate(withRanges, calibrationData(spec), batches, Progress.NONE);
    notes.add(statistics.notes());
    return withRanges.withConstants(statistics.value());
  }

  private Ranges calibrate(RunSpec spec, Blueprint network) {
    Preparation preparation = spec.preparation();
    Calibration.Found<Ranges> found =
        hasDataset(spec)
            ? preparation.calibration().run(network, calibrationData(spec), Progress.NONE)
            : preparation.calibrate(network, progress);
    notes.add(found.notes());
    return found.value();
  }

  /** Opens the data that a point's ranges are found on, if they are. */
  void checkCalibrationData(RunSpec spec) {
    if (isCalibrated(spec) && hasDataset(spec)) {
      calibrationData(spec);
    }
  }

  private static boolean hasDataset(RunSpec spec) {
    return spec.calibration().samples() == null;
  }

  private Dataset calibrationData(RunSpec spec) {
    CacheEntry<RunSpec.CalibrationKey, Dataset> kept = calibrationData;
    if (kept == null || !kept.key().equals(spec.calibrationKey())) {
      kept = new CacheEntry<>(spec.calibrationKey(), spec.preparation().dataset().cached(memory()));
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
