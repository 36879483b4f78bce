package fp8sim.fuzz;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts outcomes by class, and keeps the first fault of each class and the slowest mutant. */
final class Tally {
  private record Fault(long count, String example) {}

  private final Map<String, Long> right = new TreeMap<>();
  private final Map<String, Fault> faults = new TreeMap<>();
  private long mutants;
  private long slowest;
  private long slowestMillis;

  synchronized void add(String kind, long seed, long millis) {
    right.merge(kind, 1L, Long::sum);
    mutants++;
    if (millis > slowestMillis) {
      slowest = seed;
      slowestMillis = millis;
    }
  }

  /** Shows the first fault of each class at once. */
  synchronized void addFault(String kind, String example) {
    if (!faults.containsKey(kind)) {
      System.out.printf("%s%n        %s%n", kind, example);
    }
    faults.merge(kind, new Fault(1, example), (a, b) -> new Fault(a.count() + 1, a.example()));
    mutants++;
  }

  synchronized long mutants() {
    return mutants;
  }

  /** How many mutants ended in neither agreement nor a refusal. */
  synchronized long faults() {
    return faults.values().stream().mapToLong(Fault::count).sum();
  }

  /**
   * One line, for example {@code 500 mutants: agree 210, exit 3 290; 0 faults; slowest 90 ms (7)},
   * with the seed of the slowest.
   */
  synchronized String summary() {
    String counts =
        right.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return "%d mutants: %s; %d faults; slowest %d ms (%d)"
        .formatted(mutants, counts, faults(), slowestMillis, slowest);
  }

  /** One line for each class of faults. */
  synchronized String report() {
    return faults.entrySet().stream()
        .map(
            e ->
                "%6d  %s%n        %s%n"
                    .formatted(e.getValue().count(), e.getKey(), e.getValue().example()))
        .collect(Collectors.joining());
  }
}
