package fp8sim.graph;

/** ONNX's {@code RMSNormalization}: {@code x, scale -> y}, over the axes from {@code axis} on. */
public record RmsNormalization(int axis, float epsilon) implements Op {
  @Override
  public String onnxName() {
    return "RMSNormalization";
  }
}
