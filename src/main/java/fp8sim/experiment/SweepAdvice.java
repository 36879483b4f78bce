package fp8sim.experiment;

import fp8sim.analysis.Advice;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What hurts the points of a sweep that this run scored: of each kind the worst point. */
final class SweepAdvice {
  /** The worst of a kind, and how many points have one. */
  private record Worst(Point point, Advice advice, int points) {
    Worst or(Worst other) {
      Worst worse = other.advice.severity() > advice.severity() ? other : this;
      return new Worst(worse.point, worse.advice, points + other.points);
    }
  }

  private final Map<Advice.Kind, Worst> worst = new EnumMap<>(Advice.Kind.class);

  void add(Point point, Advice advice) {
    worst.merge(advice.kind(), new Worst(point, advice, 1), Worst::or);
  }

  /** One line for each kind. */
  List<String> lines() {
    return worst.values().stream().map(SweepAdvice::line).toList();
  }

  private static String line(Worst worst) {
    String more = worst.points == 1 ? "" : ", the worst of %d such points".formatted(worst.points);
    return "%s%s: %s".formatted(worst.point.describe(), more, worst.advice.text());
  }
}
