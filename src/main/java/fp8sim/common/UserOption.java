package fp8sim.common;

import java.util.Locale;

/**
 * What a user can choose and messages name, as what is wrong or what would mend it. Rooms below the
 * command line name choices by these constants; how a choice is spelled is decided here only, and
 * the command line has an option of that name for each.
 */
public enum UserOption {
  ACCUMULATOR,
  ACTIVATION_RANGE,
  ACTIVATIONS,
  BACKEND,
  BATCH_NORM,
  BATCH_SIZE,
  BIAS_POLICY,
  CALIBRATION,
  CALIBRATION_BATCH_SIZE,
  CALIBRATION_BATCHES,
  CARD,
  COST,
  DATA_ROOT,
  DIALECT,
  EXTERNAL_DATA,
  FLOAT_MATH,
  FORMAT,
  LAYER,
  MAX_MEMORY,
  MULTIPLIER,
  OPSET,
  POOLING,
  PRESET,
  QUANTIZE_EXTRA,
  RANGES,
  REESTIMATE_BATCH_NORM,
  RESULT_BIAS,
  RESULT_FORMAT,
  RESULT_QUANTIZER,
  ROUND_PRODUCT_AND_SUM,
  ROUND_PRODUCTS,
  SAMPLE,
  SCALE,
  SCORED_OUTPUT,
  SHAPE,
  SHARD,
  TABLE,
  WEIGHT_RANGE,
  WEIGHT_SCOPE,
  WEIGHTS;

  /** The name of the option, without dashes in front: {@code round-products}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** As messages spell it: {@code --round-products}. */
  @Override
  public String toString() {
    return spell(key());
  }

  /** An option as messages spell it, by its name. */
  public static String spell(String key) {
    return "--" + key;
  }

  /** The option with a value, as messages spell it: {@code --format e4m3}. */
  public String with(Object value) {
    return this + " " + value;
  }
}
