package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.ExitCode;
import fp8sim.Fp8simException;
import fp8sim.graph.Op;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.StepRunner;
import fp8sim.kernel.reference.ReferenceKernels;
import fp8sim.numerics.FloatMath;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Compares an implementation with the reference, bit for bit. */
abstract class KernelContract {
  private static final UnaryOperator<StepRunner> PLAIN = runner -> runner;

  /** The implementation under test. */
  abstract KernelSet kernels();

  /** The float maths it has. */
  List<FloatMath> floatMaths() {
    return List.of(FloatMath.values());
  }

  /** The numbers of workers to try. */
  int[] workers() {
    return new int[] {1, 3};
  }

  /** Whether it may say that it has no kernel for a step, naming it; such a step is left out. */
  boolean mayRefuse() {
    return false;
  }

  final void check(Op op, Shape output, @Nullable Tensor... inputs) {
    check(PLAIN, op, output, inputs);
  }

  /** All float maths and numbers of workers; {@code setting} adds constants or an epilogue. */
  final void check(
      UnaryOperator<StepRunner> setting, Op op, Shape output, @Nullable Tensor... inputs) {
    for (FloatMath math : floatMaths()) {
      StepRunner reference = setting.apply(StepRunner.of(ReferenceKernels.set()).with(math));
      int[] expected = StepRunner.bits(reference.run(op, DataType.FLOAT, output, inputs));
      for (int workers : workers()) {
        StepRunner runner = setting.apply(StepRunner.of(kernels()).with(math));
        Tensor actual;
        try {
          actual = runner.withWorkers(workers).run(op, DataType.FLOAT, output, inputs);
        } catch (Fp8simException e) {
          assertThat(mayRefuse()).as(e.getMessage()).isTrue();
          assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
          continue;
        }
        int[] bits = StepRunner.bits(actual);
        int first = Arrays.mismatch(expected, bits);
        assertThat(first)
            .as(
                () ->
                    "%s to %s, %s, %d workers: first difference %s, not %s"
                        .formatted(op, output, math, workers, at(bits, first), at(expected, first)))
            .isEqualTo(-1);
      }
    }
  }

  private static String at(int[] bits, int index) {
    return index < 0 || index >= bits.length ? "" : "" + Float.intBitsToFloat(bits[index]);
  }
}
