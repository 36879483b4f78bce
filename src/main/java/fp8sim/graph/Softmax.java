package fp8sim.graph;

/**
 * Softmax, or LogSoftmax if {@code log}, along an axis: {@code x -> y}; over all axes from {@code
 * axis} on if {@code toEnd} (opsets before 13).
 */
public record Softmax(int axis, boolean toEnd, boolean log) implements Op {
  @Override
  public String onnxName() {
    return log ? "LogSoftmax" : "Softmax";
  }
}
