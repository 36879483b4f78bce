package fp8sim.fuzz;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts outcomes by class, and keeps the first fault of each class. */
final class Tally {
  private record Fault(long count, String example) {}

  private final Map<String, Long> right = new TreeMap<>();
  private final Map<String, Fault> faults = new TreeMap<>();
  private long mutants;

  synchronized void add(String kind, long count) {
    right.merge(kind, count, Long::sum);
    mutants += count;
  }

  synchronized void addFault(String kind, String example) {
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

  /** One line, for example {@code 500 mutants: agree 210, exit 3 290; 0 faults}. */
  synchronized String summary() {
    String counts =
        right.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return "%d mutants: %s; %d faults".formatted(mutants, counts, faults());
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
