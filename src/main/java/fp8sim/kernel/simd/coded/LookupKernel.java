package fp8sim.kernel.simd.coded;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.Parallel;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A product of codes: operands are encoded, then parts of the output are summed. */
abstract class LookupKernel implements Executable {
  /** Identifies a prepared {@link ProductRows}. */
  private record LookupForm(ProductArithmetic arithmetic, int terms) {}

  final ProductArithmetic arithmetic;
  final ProductRows lookup;

  private final Step step;
  private final Binding binding;
  private final Kernel reference;
  private final AtomicBoolean finite = new AtomicBoolean();
  private @Nullable Executable slow;

  /**
   * The part that all kernels on look-up tables share.
   *
   * @param reference what a run with numbers that are not finite is left to
   */
  LookupKernel(
      Step step,
      ProductArithmetic arithmetic,
      ProductRows lookup,
      Binding binding,
      Kernel reference) {
    this.step = step;
    this.arithmetic = arithmetic;
    this.lookup = lookup;
    this.binding = binding;
    this.reference = reference;
  }

  /** The lookup of a step, which all sessions share if its second operand is a constant. */
  static @Nullable ProductRows lookup(
      Operand second, ProductArithmetic arithmetic, int terms, Binding binding) {
    if (second instanceof Operand.Constant constant) {
      LookupForm form = new LookupForm(arithmetic, terms);
      Optional<ProductRows> prepared =
          binding
              .prepared()
              .get(
                  constant.tensor(),
                  form,
                  weight -> Optional.ofNullable(ProductRows.of(arithmetic, terms)));
      return prepared.orElse(null);
    }
    return ProductRows.of(arithmetic, terms);
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

  /** Where the rows of each output channel's table start. */
  final long[] rows(int channels) {
    long[] rows = new long[channels];
    for (int c = 0; c < channels; c++) {
      rows[c] = lookup.rows(c);
    }
    return rows;
  }

  /** Encodes the constant second operand of an output channel. */
  final CodeEncoder secondEncoder(int channel) {
    return new CodeEncoder(arithmetic.channel(channel).w(), 1);
  }
}
