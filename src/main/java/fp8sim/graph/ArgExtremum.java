package fp8sim.graph;

/** ArgMax or ArgMin: index of the extremum along an axis as int64: {@code x -> y}. */
public record ArgExtremum(boolean max, int axis, boolean keepDims, boolean selectLastIndex)
    implements Op {
  @Override
  public String onnxName() {
    return max ? "ArgMax" : "ArgMin";
  }
}
