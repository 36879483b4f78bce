package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.common.Progress;
import fp8sim.engine.Backends;
import fp8sim.model.Model;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.numerics.Numerics;
import fp8sim.run.DataSpec;
import fp8sim.run.RunSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads what options ask for: from the command line, a configuration or a plan's point. Models and
 * multipliers of several runs are read once.
 */
public final class RunReader {
  /** The texts that name a model. */
  private record ModelTexts(String model, String card) {}

  private final MultiplierReader multipliers = new MultiplierReader();
  private final Map<ModelTexts, Model> models = new HashMap<>();

  /** The multipliers that were read. */
  public MultiplierReader multipliers() {
    return multipliers;
  }

  /**
   * The run of these options; in them, what has no fixed default is recorded as it came to be.
   *
   * @param progress is told how far the preparation of a device is
   */
  public RunSpec read(Arguments arguments, Progress progress) {
    Model model = model(arguments);
    DataSpec data = DataOptions.read(arguments, model);
    Numerics numerics = NumericsOptions.read(arguments, multipliers);
    Backends.Choice backend = RuntimeOptions.backend(arguments, progress);
    int threads = RuntimeOptions.threads(arguments);
    return new RunSpec(
        model,
        data,
        CalibrationOptions.read(arguments, numerics, data.dataset()),
        numerics,
        backend,
        threads);
  }

  private Model model(Arguments arguments) {
    ModelTexts texts =
        new ModelTexts(
            arguments.get(ModelOptions.MODEL.name()),
            arguments.find(ModelOptions.CARD.name()).orElse(""));
    return models.computeIfAbsent(texts, key -> ModelOptions.read(arguments));
  }
}
