package fp8sim.kernel.simd;

import fp8sim.kernel.Executable;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.VectorSum;
import fp8sim.tensor.Tensor;

/** Means of adjacent elements: global average pooling, ReduceMean over the last axes. */
final class RowMeans {
  private RowMeans() {}

  /** {@code y[i]} is the mean of the i-th {@code size} elements of x. */
  static Executable over(Tensor x, Tensor y, int size) {
    int rows = y.shape().elements();
    return parallel ->
        Chunks.run(
            parallel,
            rows,
            size,
            (from, end) -> {
              float[] partial = Scratch.current().partialSums();
              for (int row = from; row < end; row++) {
                long at = x.data().address() + (long) row * size * Float.BYTES;
                float mean = VectorSum.of(at, size, partial) / size;
                Memory.set(y.data().address() + (long) row * Float.BYTES, mean);
              }
            });
  }
}
