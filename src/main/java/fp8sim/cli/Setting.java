package fp8sim.cli;

import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.option.CalibrationOptions;
import fp8sim.cli.option.DataOptions;
import fp8sim.cli.option.ModelOptions;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import java.util.ArrayList;
import java.util.List;

/**
 * A point of a sweep, ready to run.
 *
 * @param invocation with the point's own arguments
 */
public record Setting(
    Invocation invocation,
    Model model,
    DatasetDescription description,
    Numerics numerics,
    Backends.Choice backend,
    int threads) {

  /** The model with some numerics, on the point's backend. */
  public Blueprint network(Numerics other) {
    return Blueprint.of(model, other, backend, threads);
  }

  /** Equal for points with the same model. */
  List<String> modelKey() {
    return values(ModelOptions.SECTION);
  }

  /** Equal for points that are evaluated on the same samples of the same model. */
  List<String> dataKey() {
    return join(modelKey(), values(DataOptions.SECTION));
  }

  /** Equal for points whose float32 outputs are the same. */
  List<Object> referenceKey() {
    return List.of(dataKey(), numerics.floatMath(), backend.backend().name(), backend.device());
  }

  /** Equal for points whose quantizers have the same ranges. */
  List<Object> rangesKey() {
    return List.of(calibrationDataKey(), numerics.forCalibration(), backend.backend().name());
  }

  /** Equal for points that are calibrated on the same samples. */
  List<String> calibrationDataKey() {
    OptionSection data = OptionSection.of("", DataOptions.DATA, DataOptions.DATA_ROOT);
    return join(modelKey(), join(values(data), values(CalibrationOptions.SECTION)));
  }

  private List<String> values(OptionSection section) {
    return section.options().stream()
        .map(option -> option.name() + invocation.arguments().list(option.name()))
        .toList();
  }

  private static List<String> join(List<String> a, List<String> b) {
    List<String> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }
}
