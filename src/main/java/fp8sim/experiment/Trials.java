package fp8sim.experiment;

import fp8sim.common.Progress;
import fp8sim.data.Dataset;
import fp8sim.engine.Network;
import fp8sim.eval.Evaluation;
import fp8sim.eval.FloatBaseline;
import fp8sim.eval.OutputComparison;
import fp8sim.eval.Scores;
import fp8sim.numerics.Numerics;
import java.util.function.Function;

/** Scores one model with the same ranges and samples under different numerics. */
public final class Trials {
  /**
   * How well a network did.
   *
   * @param nearness of its outputs to those in float32
   */
  public record Score(Scores scores, OutputComparison nearness) {}

  private final Function<Numerics, Network> networks;
  private final Function<Network, Evaluation> evaluations;
  private final Dataset dataset;
  private final FloatBaseline floating;

  /**
   * Trials of one model on one dataset.
   *
   * @param networks opens the model with its ranges
   * @param floating its outputs in float32 on the dataset
   */
  public Trials(
      Function<Numerics, Network> networks,
      Function<Network, Evaluation> evaluations,
      Dataset dataset,
      FloatBaseline floating) {
    this.networks = networks;
    this.evaluations = evaluations;
    this.dataset = dataset;
    this.floating = floating;
  }

  /** Runs the model under some numerics. */
  public Score score(Numerics numerics) {
    try (Network network = networks.apply(numerics)) {
      FloatBaseline.Comparison comparison = floating.compare();
      Evaluation.Outcome outcome =
          evaluations.apply(network).run(dataset, comparison, Progress.Meter.SILENT);
      return new Score(outcome.scores(), comparison.nearness());
    }
  }
}
