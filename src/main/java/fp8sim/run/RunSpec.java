package fp8sim.run;

import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.eval.Scoring;
import fp8sim.model.Model;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of a network as the user asked for it. All text was read before; multipliers and
 * accumulators are bound in the numerics. How much memory may be allocated belongs to the process.
 *
 * @param threads at least 1; they change no result
 */
public record RunSpec(
    Model model,
    DataSpec data,
    CalibrationSpec calibration,
    Numerics numerics,
    Backends.Choice backend,
    int threads) {

  /**
   * Equal for runs of the same model.
   *
   * @param name as the user gave it
   */
  public record ModelKey(String name, @Nullable Path card) {}

  /** Equal for runs on the same samples of the same model, scored alike. */
  public record DataKey(ModelKey model, DataSpec data) {}

  /** Equal for runs whose float32 outputs are the same. */
  public record BaselineKey(DataKey data, FloatMath floatMath, String backend, String device) {}

  /** Equal for runs that are calibrated on the same samples. */
  public record CalibrationKey(ModelKey model, CalibrationSpec calibration) {}

  /** Equal for runs whose quantizers have the same ranges. */
  public record RangesKey(CalibrationKey calibration, Numerics numerics, String backend) {}

  public ModelKey modelKey() {
    return new ModelKey(model.name(), model.cardFile());
  }

  public DataKey dataKey() {
    return new DataKey(modelKey(), data);
  }

  public BaselineKey baselineKey() {
    return new BaselineKey(
        dataKey(), numerics.floatMath(), backend.backend().name(), backend.device());
  }

  public CalibrationKey calibrationKey() {
    return new CalibrationKey(modelKey(), calibration);
  }

  public RangesKey rangesKey() {
    return new RangesKey(calibrationKey(), numerics.forCalibration(), backend.backend().name());
  }

  /** The model with some numerics, on the run's backend. */
  public Blueprint network(Numerics other) {
    return Blueprint.of(model, other, backend, threads);
  }

  /** The model with the run's numerics and without ranges. */
  public Blueprint network() {
    return network(numerics);
  }

  /** What the data's JSON file says. */
  public DatasetDescription description() {
    return data.dataset().description();
  }

  /** All samples of the data, selected or not. */
  public Dataset openData() {
    return description().open(model.cardFor(description().name()));
  }

  /**
   * How the model is scored on the data, as far as run and card say.
   *
   * @param dataset from {@link #openData}
   */
  public Scoring scoring(Dataset dataset) {
    return Scoring.of(
        network(),
        dataset,
        model.cardFor(description().name()),
        data.scoredOutput(),
        data.batchSize());
  }

  /** How the run's network is made ready. */
  public Preparation preparation() {
    return new Preparation(model, calibration, threads);
  }

  /** The files of model and data that results depend on. */
  public List<Path> evaluatedFiles() {
    List<Path> files = new ArrayList<>(model.files());
    files.addAll(data.dataset().files());
    return files;
  }

  /** All files that results depend on, but for those of multipliers. */
  public List<Path> files() {
    List<Path> files = evaluatedFiles();
    files.addAll(calibration.files());
    return files;
  }
}
