package fp8sim.numerics;

import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;
import fp8sim.common.UserOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Named sets of options. {@code study} changes defaults to those of the study, which
 * docs/semantics.md section 4 tells; the others are exceptions for the first and last layers, of
 * which there may be one beside it.
 */
public final class Presets {
  /** The preset that sets everything as in the study. */
  public static final String STUDY = "study";

  private static final Map<NumericsOption, String> STUDY_VALUES =
      Map.of(
          NumericsOption.QUANTIZE, "input",
          NumericsOption.WEIGHT_SCOPE, "channel",
          NumericsOption.WEIGHT_RANGE, "minmax",
          NumericsOption.ACTIVATION_RANGE, "allminmax",
          NumericsOption.ACTIVATION_SIGN, "signed",
          NumericsOption.BIAS_POLICY, "study",
          NumericsOption.POOLING, "previous",
          NumericsOption.BATCH_NORM, "keep",
          NumericsOption.RESULT_FORMAT, ResultFormat.ACTIVATIONS);

  private Presets() {}

  /**
   * The value of an option that is not given.
   *
   * @param presets the texts of {@link NumericsOption#PRESET} that are given
   * @param reestimates whether BatchNormalization is re-estimated, which keeps it
   * @return null if it has none
   */
  public static @Nullable String defaultValue(
      NumericsOption option, List<String> presets, boolean reestimates) {
    String study = presets.stream().anyMatch(Presets::isStudy) ? STUDY_VALUES.get(option) : null;
    if (study != null) {
      return study;
    }
    return option == NumericsOption.BATCH_NORM && reestimates
        ? OptionNames.of(BatchNorm.KEEP)
        : option.defaultValue();
  }

  private static boolean isStudy(String text) {
    return names(text).contains(STUDY);
  }

  private static List<String> names(String text) {
    return List.of(text.split(",", -1)).stream().map(String::strip).toList();
  }

  /**
   * The exceptions that a list of presets names.
   *
   * @throws Fp8simException if a name is unknown, or there are two exceptions
   */
  static Preset exceptions(String text) {
    List<Preset> exceptions = new ArrayList<>();
    for (String name : names(text)) {
      if (!name.equals(STUDY)) {
        exceptions.add(parse(name));
      }
    }
    if (exceptions.size() > 1) {
      throw Fp8simException.usage(
          "%s: one of all, fp-logits, fc4, ... may stand beside %s"
              .formatted(UserOption.PRESET.with(text), STUDY));
    }
    return exceptions.isEmpty() ? Preset.ALL : exceptions.getFirst();
  }

  private static Preset parse(String name) {
    List<String> allowed = new ArrayList<>(List.of(STUDY));
    for (Preset preset : Preset.values()) {
      allowed.add(OptionNames.of(preset));
      if (OptionNames.of(preset).equals(name)) {
        return preset;
      }
    }
    throw Fp8simException.usage(
        "%s: unknown, use one of %s"
            .formatted(UserOption.PRESET.with(name), String.join(", ", allowed)));
  }
}
