package fp8sim.eval;

import fp8sim.graph.GraphInput;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;

/** Models whose batch size is a fixed number. */
final class FixedBatch {
  private FixedBatch() {}

  /** The first dimension of the first input, if the model fixes it. */
  static OptionalInt of(List<GraphInput> inputs) {
    if (inputs.isEmpty() || inputs.getFirst().dims().isEmpty()) {
      return OptionalInt.empty();
    }
    GraphInput.Dimension batch = inputs.getFirst().dims().getFirst();
    return batch.isDynamic() ? OptionalInt.empty() : OptionalInt.of(batch.size());
  }

  /** A batch of the size the model wants: a smaller last batch is filled up with zeros. */
  static Tensor fill(Tensor batch, List<GraphInput> inputs) {
    int size = of(inputs).orElse(batch.shape().dim(0));
    if (size <= batch.shape().dim(0)) {
      return batch;
    }
    Tensor filled = Tensor.zeros(batch.type(), batch.shape().with(0, size));
    MemorySegment.copy(batch.data(), 0, filled.data(), 0, batch.data().byteSize());
    return filled;
  }
}
