package fp8sim.graph;

/** What ScatterElements and ScatterND do where something is written; named as in ONNX. */
public enum ScatterReduction {
  /** The update takes the place of the element. */
  NONE,
  ADD,
  MUL,
  MAX,
  MIN
}
