package fp8sim.experiment;

import fp8sim.common.Progress;
import fp8sim.numerics.LayerOverride;
import fp8sim.numerics.Numerics;
import java.util.ArrayList;
import java.util.List;

/**
 * A choice of numerics for each layer within an accuracy budget, found greedily: layers are visited
 * from the least sensitive one on, and each takes the first of its candidates with which the
 * network's top-1 stays within the budget, or stays as it is.
 */
public final class Assignment {
  /**
   * What was found.
   *
   * @param layers the exceptions
   * @param reference without exceptions
   * @param score with them
   */
  public record Result(List<LayerOverride> layers, Trials.Score reference, Trials.Score score) {
    public Result {
      layers = List.copyOf(layers);
    }
  }

  private final Numerics reference;
  private final Trials trials;

  /**
   * An assignment to be.
   *
   * @param reference the numerics of layers that take no candidate
   */
  public Assignment(Numerics reference, Trials trials) {
    this.reference = reference;
    this.trials = trials;
  }

  /**
   * Finds a choice.
   *
   * @param candidates of each layer, the most wanted first; the layers are visited in this order
   * @param budget how much of top-1 may be lost, as a fraction
   */
  public Result find(List<List<LayerOverride>> candidates, double budget, Progress progress) {
    Trials.Score start = trials.score(reference);
    double least = start.scores().top1() - budget;
    List<LayerOverride> chosen = new ArrayList<>();
    Trials.Score best = start;
    try (Progress.Meter meter = progress.start("assign (layers)", candidates.size())) {
      for (List<LayerOverride> layer : candidates) {
        for (LayerOverride candidate : layer) {
          List<LayerOverride> tried = new ArrayList<>(chosen);
          tried.add(candidate);
          Trials.Score score = trials.score(reference.withLayers(tried));
          if (score.scores().top1() >= least) {
            chosen = tried;
            best = score;
            break;
          }
        }
        meter.advance(1);
      }
    }
    return new Result(chosen, start, best);
  }
}
