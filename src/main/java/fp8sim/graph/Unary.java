package fp8sim.graph;

/**
 * Applies a function to every element: {@code x -> y} of the same shape. {@code alpha} and {@code
 * beta} are the attributes of the functions that have some, else 0.
 */
public record Unary(UnaryFunction function, float alpha, float beta) implements Op {
  public Unary(UnaryFunction function) {
    this(function, 0, 0);
  }

  @Override
  public String onnxName() {
    return function.onnxName();
  }
}
