package fp8sim.engine;

import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerState;
import fp8sim.quant.QuantizerTable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The numbers that quantizers met and that are not finite.
 *
 * @param counts of the quantizers that met any
 */
public record NonFiniteValues(Map<QuantizerId, Counts> counts) {
  /** Nothing was met. */
  public static final NonFiniteValues NONE = new NonFiniteValues(Map.of());

  /** Quantizers that a message names. */
  private static final int NAMED = 5;

  /** How many values of each kind a quantizer met. */
  public record Counts(long nans, long infinities) {
    private Counts plus(Counts other) {
      return new Counts(nans + other.nans, infinities + other.infinities);
    }
  }

  public NonFiniteValues {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
  }

  static NonFiniteValues of(QuantizerTable table) {
    Map<QuantizerId, Counts> counts = new LinkedHashMap<>();
    for (QuantizerState live : table.all()) {
      if (live.nans() + live.infinities() > 0) {
        counts.put(live.id(), new Counts(live.nans(), live.infinities()));
      }
    }
    return new NonFiniteValues(counts);
  }

  /** These and others. */
  public NonFiniteValues plus(NonFiniteValues others) {
    Map<QuantizerId, Counts> all = new LinkedHashMap<>(counts);
    others.counts.forEach((id, more) -> all.merge(id, more, Counts::plus));
    return new NonFiniteValues(all);
  }

  /** How many values there were, and in which layers, in one line; empty if there were none. */
  public Optional<String> describe() {
    if (counts.isEmpty()) {
      return Optional.empty();
    }
    String names =
        counts.entrySet().stream()
            .limit(NAMED)
            .map(
                entry ->
                    "%s (%d, %d)"
                        .formatted(
                            entry.getKey(), entry.getValue().nans(), entry.getValue().infinities()))
            .collect(Collectors.joining(", "));
    String more = counts.size() > NAMED ? " and %d more".formatted(counts.size() - NAMED) : "";
    return Optional.of(
        "%d NaN and %d infinite values were quantized, at %s%s"
            .formatted(
                counts.values().stream().mapToLong(Counts::nans).sum(),
                counts.values().stream().mapToLong(Counts::infinities).sum(),
                names,
                more));
  }
}
