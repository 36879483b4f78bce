package fp8sim.graph;

/** Reduces over axes: {@code x, axes? -> y}; over all axes without {@code axes}. */
public record Reduce(ReduceFunction function, boolean keepDims, boolean noopWithEmptyAxes)
    implements Op {
  @Override
  public String onnxName() {
    return function.onnxName();
  }
}
