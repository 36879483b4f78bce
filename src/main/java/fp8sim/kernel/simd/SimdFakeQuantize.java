package fp8sim.kernel.simd;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.FamilyKernel;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelFamily;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Chunks;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.VectorQuantizer;
import fp8sim.plan.Step;
import fp8sim.quant.QuantizerState;
import fp8sim.tensor.Tensor;

/**
 * Quantizes whole tensors with {@link VectorQuantizer}; the reference rounds stochastically and
 * sees masks.
 */
@InPhase(Phase.QUANTIZATION)
final class SimdFakeQuantize implements FamilyKernel {
  private final Kernel reference;

  SimdFakeQuantize(Kernel reference) {
    this.reference = reference;
  }

  @Override
  public KernelFamily family() {
    return KernelFamily.FAKE_QUANTIZATION;
  }

  @Override
  public Executable bind(Step step, Binding binding) {
    Op.FakeQuantize op = (Op.FakeQuantize) step.op();
    QuantizerState live = binding.quantizers().get(op.quantizer());
    boolean isSimple =
        StepOperands.areFloat(step) && step.epilogue().isEmpty() && !op.keepsMasked();
    if (!isSimple || live.isStochastic()) {
      return reference.bind(step, binding);
    }
    if (live.isBlocked()) {
      return new SimdBlockQuantize(step, binding, reference.bind(notObserving(step), binding));
    }
    Tensor x = StepOperands.tensor(step.input(0), binding);
    Tensor y = binding.tensor(step.output());
    return parallel -> {
      if (op.observes()) {
        live.observe(x.data());
      }
      run(VectorQuantizer.of(live), x, y, parallel);
    };
  }

  private static Step notObserving(Step step) {
    Op op = new Op.FakeQuantize(((Op.FakeQuantize) step.op()).quantizer(), false);
    return new Step(step.name(), op, step.inputs(), step.outputs(), step.epilogue());
  }

  private static void run(VectorQuantizer quantizer, Tensor x, Tensor y, Parallel parallel) {
    long from = x.data().address();
    long to = y.data().address();
    int count = x.shape().elements();
    Chunks.run(
        parallel,
        count,
        1,
        (first, end) -> {
          long offset = (long) first * Float.BYTES;
          quantizer.apply(from + offset, to + offset, end - first);
        });
  }
}
