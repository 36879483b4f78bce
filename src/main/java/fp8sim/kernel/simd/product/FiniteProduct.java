package fp8sim.kernel.simd.product;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A product of codes: operands are encoded, then multiplied. A run with a number that is not finite
 * is left to the reference, which knows which outputs become NaN.
 */
public abstract class FiniteProduct implements Executable {
  private final ProductTask task;
  private final Binding binding;
  private final AtomicBoolean finite = new AtomicBoolean();
  private @Nullable Executable slow;

  protected FiniteProduct(ProductTask task, Binding binding) {
    this.task = task;
    this.binding = binding;
  }

  /** Encodes what the network computed, and notes whether it is finite. */
  protected abstract void encode(Parallel parallel);

  protected abstract void multiply(Parallel parallel);

  @Override
  public final void run(Parallel parallel) {
    finite.set(true);
    encode(parallel);
    if (finite.get()) {
      multiply(parallel);
      return;
    }
    Executable executable = slow;
    if (executable == null) {
      executable = task.reference().bind(task.step(), binding);
      slow = executable;
    }
    executable.run(parallel);
  }

  /** Notes whether what was encoded is finite; for all threads. */
  protected final void noteFinite(boolean encoded) {
    if (!encoded) {
      finite.set(false);
    }
  }
}
