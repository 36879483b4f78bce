package fp8sim.numerics;

/** What happens to the output of average pooling. */
public enum Pooling {
  /** It passes; where the outputs of layers are quantized it has a quantizer of its own. */
  PASS,
  /**
   * As in the study (docs/semantics.md section 4): the last quantizer before it in the graph
   * quantizes it too.
   */
  PREVIOUS
}
