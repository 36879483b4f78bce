package fp8sim.kernel.simd.coded;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A product of codes: operands are encoded, then parts of the output are summed. */
abstract class LookupKernel implements Executable {
  /** Identifies a prepared {@link ProductRows}. */
  private record LookupForm(ProductArithmetic arithmetic, int terms, boolean swapped) {}

  final ProductArithmetic arithmetic;
  final ProductRows lookup;

  /** Whether the second operand's codes select, and positions are in lanes. */
  final boolean swapped;

  /** Whether every product is looked up by itself. */
  final boolean singly;

  private final Step step;
  private final Binding binding;
  private final Kernel reference;
  private final AtomicBoolean finite = new AtomicBoolean();
  private @Nullable Executable slow;

  /**
   * The part that all kernels on look-up tables share. Runs with numbers that are not finite are
   * left to the reference.
   */
  LookupKernel(ProductTask task, ProductMethod method, ProductRows lookup, Binding binding) {
    this.step = task.step();
    this.arithmetic = task.arithmetic();
    this.lookup = lookup;
    this.binding = binding;
    this.reference = task.reference();
    swapped = isSwapped(method);
    singly = method == ProductMethod.SINGLE;
  }

  private static boolean isSwapped(ProductMethod method) {
    return method == ProductMethod.WEIGHT_TABLES;
  }

  /**
   * The lookup of a task that has one, which all sessions share if its second operand is a
   * constant.
   */
  static ProductRows lookup(ProductTask task, ProductMethod method, Binding binding) {
    ProductArithmetic arithmetic = task.arithmetic();
    int terms = (int) task.terms();
    boolean swapped = isSwapped(method);
    if (task.step().input(1) instanceof Operand.Constant constant) {
      LookupForm form = new LookupForm(arithmetic, terms, swapped);
      return binding
          .prepared()
          .get(constant.tensor(), form, weight -> ProductRows.of(arithmetic, terms, swapped));
    }
    return ProductRows.of(arithmetic, terms, swapped);
  }

  /** Encodes what the network computed, and notes whether it is finite. */
  abstract void encode(Parallel parallel);

  abstract void multiply(Parallel parallel);

  @Override
  public final void run(Parallel parallel) {
    finite.set(true);
    encode(parallel);
    if (finite.get()) {
      multiply(parallel);
    } else {
      runSlowly(parallel);
    }
  }

  /** Notes what {@link CodeEncoder#encode} returned; for all threads. */
  final void noteFinite(boolean encoded) {
    if (!encoded) {
      finite.set(false);
    }
  }

  /** Outputs that depend on a number that is not finite become NaN, which the reference knows. */
  private void runSlowly(Parallel parallel) {
    Executable executable = slow;
    if (executable == null) {
      executable = reference.bind(step, binding);
      slow = executable;
    }
    executable.run(parallel);
  }

  /** Encodes the second operand of an output channel. */
  final CodeEncoder secondEncoder(int channel, int factor) {
    return new CodeEncoder(arithmetic.channel(channel).w(), factor);
  }
}
