package fp8sim.eval;

import fp8sim.engine.Network;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Models whose batch size is a fixed number. */
final class FixedBatch {
  private FixedBatch() {}

  /** A batch of the size the model wants: a smaller last batch is filled up with zeros. */
  static Tensor fill(Tensor batch, Network network) {
    int size = network.fixedBatch().orElse(batch.shape().dim(0));
    if (size <= batch.shape().dim(0)) {
      return batch;
    }
    Tensor filled = Tensor.zeros(batch.type(), batch.shape().with(0, size));
    MemorySegment.copy(batch.data(), 0, filled.data(), 0, batch.data().byteSize());
    return filled;
  }
}
