package fp8sim.graph;

import org.jspecify.annotations.Nullable;

/** ONNX's {@code Shape}: the dimensions from start to end as int64: {@code x -> shape}. */
public record ShapeOf(int start, @Nullable Integer end) implements Op {
  @Override
  public String onnxName() {
    return "Shape";
  }
}
