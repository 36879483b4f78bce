package fp8sim.data;

import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** Samples that were decoded already, as many as memory is granted for. Safe for any threads. */
final class SampleCache {
  private final AtomicReferenceArray<List<Tensor>> samples;
  private final AtomicLong free;

  /**
   * An empty cache.
   *
   * @param size number of samples of the source
   * @param bytes what may be kept
   */
  SampleCache(int size, long bytes) {
    samples = new AtomicReferenceArray<>(size);
    free = new AtomicLong(bytes);
  }

  /** The sample with this index of the source. */
  List<Tensor> get(int index, Supplier<List<Tensor>> decode) {
    List<Tensor> kept = samples.get(index);
    if (kept != null) {
      return kept;
    }
    List<Tensor> decoded = decode.get();
    long bytes = decoded.stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
    if (free.addAndGet(-bytes) >= 0) {
      samples.set(index, decoded);
    } else {
      free.addAndGet(bytes);
    }
    return decoded;
  }
}
