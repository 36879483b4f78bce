package fp8sim.quant;

import fp8sim.common.OptionNames;

/** What a quantizer quantizes. */
public enum QuantizerKind {
  /** A constant operand. */
  WEIGHT,
  /** A computed tensor. */
  ACTIVATION,
  /** The exact result of a weight layer before normalization and activation. */
  RESULT;

  /** As it stands in a ranges file. */
  @Override
  public String toString() {
    return OptionNames.of(this);
  }
}
