package fp8sim.graph;

/**
 * Applies a function of two arguments element by element: {@code a, b -> y}, with ONNX's
 * multidirectional broadcasting.
 */
public record Binary(BinaryFunction function) implements Op {
  @Override
  public String onnxName() {
    return function.onnxName();
  }
}
