package fp8sim.graph;

/** ONNX's {@code LRN}, local response normalization across channels: {@code x -> y}. */
public record Lrn(int size, float alpha, float beta, float bias) implements Op {
  @Override
  public String onnxName() {
    return "LRN";
  }
}
