package fp8sim.graph;

/** GlobalMaxPool or GlobalAveragePool: {@code x [N,C,d...] -> y [N,C,1...]}. */
public record GlobalPool(boolean max) implements Op {
  @Override
  public String onnxName() {
    return max ? "GlobalMaxPool" : "GlobalAveragePool";
  }
}
