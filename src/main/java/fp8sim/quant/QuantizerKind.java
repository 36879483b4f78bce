package fp8sim.quant;

import fp8sim.common.OptionNames;

/** What a quantizer quantizes. */
public enum QuantizerKind {
  /** Of a constant operand: its range follows from the values. */
  WEIGHT,
  /** Of a computed tensor: its range comes from calibration. */
  ACTIVATION,
  /** The exact result of a weight layer before normalization and activation. */
  RESULT;

  /** As it stands in a ranges file. */
  @Override
  public String toString() {
    return OptionNames.of(this);
  }
}
