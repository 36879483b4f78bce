package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.graph.Op;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.StepRunner;
import fp8sim.kernel.reference.ReferenceKernels;
import fp8sim.numerics.FloatMath;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Compares an implementation with the reference, bit for bit. */
abstract class KernelContract {
  private static final UnaryOperator<StepRunner> PLAIN = runner -> runner;

  /** The implementation under test. */
  abstract KernelSet kernels();

  final void check(Op op, Shape output, @Nullable Tensor... inputs) {
    check(PLAIN, op, output, inputs);
  }

  /** Both float maths, one worker and three; {@code setting} adds constants or an epilogue. */
  final void check(
      UnaryOperator<StepRunner> setting, Op op, Shape output, @Nullable Tensor... inputs) {
    for (FloatMath math : FloatMath.values()) {
      StepRunner reference = setting.apply(StepRunner.of(ReferenceKernels.set()).with(math));
      int[] expected = StepRunner.bits(reference.run(op, DataType.FLOAT, output, inputs));
      for (int workers : new int[] {1, 3}) {
        StepRunner runner = setting.apply(StepRunner.of(kernels()).with(math));
        Tensor actual = runner.withWorkers(workers).run(op, DataType.FLOAT, output, inputs);
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
