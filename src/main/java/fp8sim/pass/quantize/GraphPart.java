package fp8sim.pass.quantize;

/** What a graph is of a network whose shapes depend on data. */
public enum GraphPart {
  WHOLE,

  /** The beginning of a network; layers with weights follow. */
  BEFORE_LAYERS,

  /** The beginning of a network behind which no layers with weights are. */
  BEFORE_REST
}
