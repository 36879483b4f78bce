package fp8sim.kernel.simd.epilogue;

import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.VectorFunction;
import fp8sim.kernel.simd.vector.VectorQuantizer;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Step;
import fp8sim.quant.QuantizerState;
import java.util.ArrayList;
import java.util.List;

/** An epilogue without constants and operands, applied to rows in the first-level cache. */
@InPhase(Phase.OUTPUTS)
public final class RowEpilogue {
  /** An operation from one address to another, which may be the same. */
  @FunctionalInterface
  private interface Stage {
    void apply(long from, long to, int count);
  }

  private final List<Stage> stages;

  private RowEpilogue(List<Stage> stages) {
    this.stages = stages;
  }

  /** Whether all of a step's epilogue is of this kind. */
  public static boolean supports(Step step) {
    return step.epilogue().stream()
        .allMatch(
            part -> part instanceof Epilogue.Activation || part instanceof Epilogue.FakeQuantize);
  }

  public static RowEpilogue of(Step step, Binding binding) {
    List<Stage> stages = new ArrayList<>();
    for (Epilogue part : step.epilogue()) {
      switch (part) {
        case Epilogue.Activation activation -> {
          VectorFunction function = VectorFunction.of(activation.unary());
          stages.add(function::apply);
        }
        case Epilogue.FakeQuantize quantize -> {
          QuantizerState live = binding.quantizers().get(quantize.quantizer());
          stages.add(VectorQuantizer.of(live)::apply);
        }
        default -> throw new IllegalStateException("no part of a row's epilogue: " + part);
      }
    }
    return new RowEpilogue(List.copyOf(stages));
  }

  public void apply(long address, int count) {
    for (int i = 0; i < stages.size(); i++) {
      stages.get(i).apply(address, address, count);
    }
  }
}
