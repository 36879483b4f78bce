package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.StepRunner;
import fp8sim.kernel.reference.ReferenceKernels;
import fp8sim.numerics.FloatMath;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestInfo;

/**
 * Compares an implementation with the reference, bit for bit. A test with a step that the
 * implementation refuses, as its {@link Limits} say, ends as skipped.
 */
abstract class KernelContract implements Limits {
  private static StepRunner plain(StepRunner runner) {
    return runner;
  }

  private final Set<String> checked = new TreeSet<>();
  private final Set<String> refused = new TreeSet<>();

  /** The implementation under test. */
  abstract KernelSet kernels();

  /** Exactly the refusals that are listed for this test's operators have happened. */
  @AfterEach
  final void skipIfRefused(TestInfo test) {
    String method = test.getTestMethod().orElseThrow().getName();
    Set<String> expected = new TreeSet<>();
    for (String refusal : refusals()) {
      String[] parts = refusal.split("[: ]+", 3);
      if (parts[0].equals(method) && checked.contains(parts[1])) {
        expected.add(parts[1] + " " + parts[2]);
      }
    }
    assertThat(refused).as("refused steps of " + method).isEqualTo(expected);
    Assumptions.assumeTrue(refused.isEmpty(), () -> "no kernel for " + String.join(", ", refused));
  }

  /** A square window. */
  static Window window(int kernel, int stride, int dilation, int pad) {
    return new Window(
        List.of(kernel, kernel),
        List.of(stride, stride),
        List.of(dilation, dilation),
        List.of(pad, pad, pad, pad),
        Window.AutoPad.NOTSET);
  }

  final void check(Op op, Shape output, @Nullable Tensor... inputs) {
    check(KernelContract::plain, op, output, inputs);
  }

  /** All float maths and numbers of workers; {@code setting} adds constants or an epilogue. */
  final void check(
      UnaryOperator<StepRunner> setting, Op op, Shape output, @Nullable Tensor... inputs) {
    checked.add(op.onnxName());
    for (FloatMath math : floatMaths()) {
      StepRunner reference = setting.apply(StepRunner.of(ReferenceKernels.set()).with(math));
      int[] expected = StepRunner.bits(reference.run(op, DataType.FLOAT, output, inputs));
      for (int workers : workers()) {
        StepRunner runner = setting.apply(StepRunner.of(kernels()).with(math));
        Tensor actual;
        try {
          actual = runner.withWorkers(workers).run(op, DataType.FLOAT, output, inputs);
        } catch (Fp8simException e) {
          assertThat(e.exitCode()).as(e.getMessage()).isEqualTo(ExitCode.USAGE);
          refused.add(op.onnxName() + " " + reason(e.getMessage()));
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
