package fp8sim.numerics;

import fp8sim.format.Format;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.multiplier.sum.Accumulator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An exception for layers whose name matches a glob ({@code *}: anything, {@code ?}: one
 * character).
 *
 * @param text for messages and configurations: as given, or as {@link #parse} reads it
 * @param glob of names
 * @param changes in this order
 */
public record LayerOverride(String text, String glob, List<LayerChange> changes) {
  public LayerOverride {
    changes = List.copyOf(changes);
  }

  /** The exception that makes these changes. */
  public static LayerOverride of(String glob, LayerChange... changes) {
    return of(glob, List.of(changes));
  }

  /** The exception that makes these changes. */
  public static LayerOverride of(String glob, List<LayerChange> changes) {
    String values =
        changes.stream()
            .map(change -> change.key() + "=" + bracketed(change))
            .collect(Collectors.joining(","));
    return new LayerOverride(glob + ":" + values, glob, changes);
  }

  /** Values that may hold colons or commas stand in brackets. */
  private static String bracketed(LayerChange change) {
    return switch (change) {
      case LayerChange.OfFormat _,
          LayerChange.OfRange _,
          LayerChange.OfMultiplier _,
          LayerChange.OfAccumulator _ ->
          "[" + change.value() + "]";
      case LayerChange.OfRounding _, LayerChange.OfResultBias _, LayerChange.OfPlace _ ->
          change.value();
    };
  }

  /**
   * Reads {@code PATTERN:key=value,...}; values that hold colons or commas stand in brackets.
   *
   * @param multipliers reads the multiplier, if one is named
   * @throws fp8sim.common.Fp8simException one line that says what is allowed
   */
  public static LayerOverride parse(String text, MultiplierReader multipliers) {
    LayerText parts = LayerText.parse(text);
    List<LayerChange> changes = new ArrayList<>();
    parts
        .values()
        .forEach((key, value) -> changes.add(LayerChange.parse(key, value, text, multipliers)));
    return new LayerOverride(text, parts.glob(), changes);
  }

  /** The same changes for the layer of a name, as if written for it. */
  public LayerOverride forLayer(String name) {
    return new LayerOverride(name + text.substring(glob.length()), name, changes);
  }

  /** The same exception without some of its changes; empty if none is left. */
  public Optional<LayerOverride> without(Predicate<LayerKey> keys) {
    List<LayerChange> others = changes.stream().filter(change -> !keys.test(change.key())).toList();
    Map<LayerKey, String> values = new LinkedHashMap<>();
    others.forEach(change -> values.put(change.key(), change.value()));
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(new LayerOverride(LayerText.write(glob, values), glob, others));
  }

  /** What is changed, in the order of the text. */
  public List<LayerKey> keys() {
    return changes.stream().map(LayerChange::key).toList();
  }

  /** The multiplier, if it is changed. */
  public Optional<ChosenMultiplier> multiplier() {
    return changes.stream()
        .filter(LayerChange.OfMultiplier.class::isInstance)
        .map(change -> ((LayerChange.OfMultiplier) change).multiplier())
        .findFirst();
  }

  /** The accumulator, if it is changed. */
  public Optional<Accumulator> accumulator() {
    return changes.stream()
        .filter(LayerChange.OfAccumulator.class::isInstance)
        .map(change -> ((LayerChange.OfAccumulator) change).accumulator())
        .findFirst();
  }

  /** Whether a layer is meant. */
  public boolean matches(String name) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return name.matches(regex.toString());
  }

  /** Whether it asks for a format. */
  boolean quantizes() {
    return quantizesActivations() || changes(LayerKey.WEIGHTS);
  }

  /** Whether it asks for a format of activations. */
  boolean quantizesActivations() {
    return changes(LayerKey.FORMAT) || changes(LayerKey.ACTIVATIONS);
  }

  /** The formats of activations that it asks for. */
  List<Format> activationFormats() {
    return changes.stream()
        .filter(
            change -> change instanceof LayerChange.OfFormat && change.key() != LayerKey.WEIGHTS)
        .map(change -> ((LayerChange.OfFormat) change).format())
        .toList();
  }

  private boolean changes(LayerKey key) {
    return changes.stream().anyMatch(change -> change.key() == key);
  }

  LayerNumerics applyTo(LayerNumerics layer) {
    LayerNumerics result = layer;
    for (LayerChange change : changes) {
      result = change.applyTo(result);
    }
    return result;
  }
}
