package fp8sim.numerics;

/** Named exceptions for the first and last layers, as data. Widths are in bits, 0 for no change. */
public enum Preset {
  ALL(0, 0, 0, 0, false, false),
  /** The logits stay float32. */
  FP_LOGITS(0, 0, 0, 0, true, false),
  /** First weight 8, last weight 4 bits. */
  FC4(8, 4, 0, 0, false, false),
  /** As {@link #FC4}, depthwise weights 8 bits. */
  FC4_DW8(8, 4, 8, 0, false, false),
  /** First and last weight and the last layer's input 8 bits, logits float32. */
  LSQ(8, 8, 0, 8, true, false),
  /** As {@link #LSQ} on inputs only; the network's input, residual adds and pooling float32. */
  LSQ_PAPER(8, 8, 0, 8, true, true);

  private final int firstWeightBits;
  private final int lastWeightBits;
  private final int depthwiseWeightBits;
  private final int lastInputBits;
  private final boolean floatLogits;
  private final boolean inputsOnly;

  Preset(
      int firstWeightBits,
      int lastWeightBits,
      int depthwiseWeightBits,
      int lastInputBits,
      boolean floatLogits,
      boolean inputsOnly) {
    this.firstWeightBits = firstWeightBits;
    this.lastWeightBits = lastWeightBits;
    this.depthwiseWeightBits = depthwiseWeightBits;
    this.lastInputBits = lastInputBits;
    this.floatLogits = floatLogits;
    this.inputsOnly = inputsOnly;
  }

  /** Width of a layer's weight; the last layer's rule wins over the first's and depthwise ones. */
  int weightBits(LayerRole role) {
    if (role.last() && lastWeightBits != 0) {
      return lastWeightBits;
    }
    if (role.first() && firstWeightBits != 0) {
      return firstWeightBits;
    }
    return role.depthwise() ? depthwiseWeightBits : 0;
  }

  /** Width of the last layer's input. */
  public int lastInputBits() {
    return lastInputBits;
  }

  /** Whether the last layer's output stays float32. */
  public boolean floatLogits() {
    return floatLogits;
  }

  /**
   * Whether only inputs of weight layers are quantized, all but the network's input: residual adds
   * and pooling stay float32.
   */
  public boolean inputsOnly() {
    return inputsOnly;
  }
}
