package fp8sim.kernel.simd;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.Parallel;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import org.jspecify.annotations.Nullable;

/** A product of codes: operands are encoded, then parts of the output are summed. */
abstract class LookupKernel implements Executable {
  private final Step step;
  private final Binding binding;
  private final Kernel reference;
  private @Nullable Executable slow;

  /**
   * A kernel.
   *
   * @param reference what a run with numbers that are not finite is left to
   */
  LookupKernel(Step step, Binding binding, Kernel reference) {
    this.step = step;
    this.binding = binding;
    this.reference = reference;
  }

  /** Encodes what the network computed; false if a number is not finite. */
  abstract boolean encode(Parallel parallel);

  abstract void multiply(Parallel parallel);

  @Override
  public final void run(Parallel parallel) {
    if (encode(parallel)) {
      multiply(parallel);
    } else {
      runSlowly(parallel);
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
  static long[] rows(ProductLookup lookup, int channels) {
    long[] rows = new long[channels];
    for (int c = 0; c < channels; c++) {
      rows[c] = lookup.rows(c);
    }
    return rows;
  }

  /** Encodes the constant second operand of an output channel. */
  static CodeEncoder secondEncoder(ProductArithmetic arithmetic, int channel) {
    return new CodeEncoder(arithmetic.channel(channel).w(), 1);
  }
}
