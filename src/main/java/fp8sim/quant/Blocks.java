package fp8sim.quant;

import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Walks float32 memory in blocks that stay in the first-level cache. */
final class Blocks {
  private static final int SIZE = 4096;

  /** What is done with the first {@code count} elements of a block. */
  @FunctionalInterface
  interface Visitor {
    void visit(float[] block, int count);
  }

  private Blocks() {}

  static void forEach(MemorySegment values, Visitor visitor) {
    long count = values.byteSize() / Float.BYTES;
    float[] block = new float[(int) Math.min(SIZE, count)];
    for (long i = 0; i < count; i += SIZE) {
      int part = (int) Math.min(SIZE, count - i);
      MemorySegment.copy(values, Tensor.FLOAT, i * Float.BYTES, block, 0, part);
      visitor.visit(block, part);
    }
  }
}
