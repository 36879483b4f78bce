package fp8sim.numerics;

import fp8sim.common.OptionNames;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an exception for a layer can change, in the order of the help. */
public enum LayerKey {
  /** The formats of the weight and of activations. */
  FORMAT,
  WEIGHTS,
  ACTIVATIONS,
  WEIGHT_RANGE,
  ACTIVATION_RANGE,
  MULTIPLIER,
  ACCUMULATOR,
  ROUND_PRODUCTS,
  RESULT_BIAS,
  QUANTIZE;

  /** All keys as they are written, separated by commas. */
  public static final String ALLOWED =
      Arrays.stream(values()).map(LayerKey::toString).collect(Collectors.joining(", "));

  /** The key that is written so, if there is one. */
  static Optional<LayerKey> find(String text) {
    return Arrays.stream(values()).filter(key -> key.toString().equals(text)).findFirst();
  }

  /** Whether only a layer with a constant weight can act on it. */
  public boolean needsWeight() {
    return this == WEIGHTS || this == WEIGHT_RANGE || this == QUANTIZE;
  }

  /** As it is written: {@code weight-range}. */
  @Override
  public String toString() {
    return OptionNames.of(this);
  }
}
