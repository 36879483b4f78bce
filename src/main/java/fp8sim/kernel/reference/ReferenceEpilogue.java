package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Step;
import fp8sim.quant.QuantizerState;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/** Applies a step's epilogue to its finished first output, one operation after the other. */
public final class ReferenceEpilogue {
  /** An operation on all elements in place. */
  private interface Stage {
    void apply(float[] y);
  }

  private ReferenceEpilogue() {}

  /** A kernel that does what {@code main} does, then the epilogue. */
  public static Kernel after(Kernel main) {
    return (step, binding) -> {
      Executable executable = main.bind(step, binding);
      if (step.epilogue().isEmpty()) {
        return executable;
      }
      Executable epilogue = bind(step, binding);
      return parallel -> {
        executable.run(parallel);
        epilogue.run(parallel);
      };
    };
  }

  private static Executable bind(Step step, Binding binding) {
    Tensor y = binding.tensor(step.output());
    List<Stage> stages =
        step.epilogue().stream().map(part -> stage(part, y.shape(), binding)).toList();
    return parallel -> {
      float[] values = Values.floats(y);
      for (Stage stage : stages) {
        stage.apply(values);
      }
      Values.store(y, values);
    };
  }

  private static Stage stage(Epilogue epilogue, Shape shape, Binding binding) {
    return switch (epilogue) {
      case Epilogue.Affine affine -> {
        Supplier<float[]> alpha = Inputs.floats(affine.alpha(), binding);
        Supplier<float[]> beta = Inputs.floats(affine.beta(), binding);
        int run = run(shape, affine.axis());
        yield affine.fused()
            ? y -> fusedAffine(y, alpha.get(), beta.get(), run)
            : y -> affine(y, alpha.get(), beta.get(), run);
      }
      case Epilogue.Bias bias -> {
        Supplier<float[]> values = Inputs.floats(bias.bias(), binding);
        yield y -> add(y, values.get(), run(shape, bias.axis()));
      }
      case Epilogue.Residual residual -> {
        Supplier<float[]> other = Inputs.floats(residual.other(), binding);
        yield y -> add(y, other.get(), 1);
      }
      case Epilogue.FakeQuantize quantize -> {
        QuantizerState live = binding.quantizers().get(quantize.quantizer());
        yield y -> ReferenceFakeQuantize.apply(y, shape, live, binding);
      }
      case Epilogue.Activation activation -> {
        FloatUnary function = FloatUnary.of(activation.unary());
        yield y -> {
          for (int i = 0; i < y.length; i++) {
            y[i] = function.apply(y[i]);
          }
        };
      }
    };
  }

  /** How many adjacent elements share an index along an axis. */
  private static int run(Shape shape, int axis) {
    return shape.elements(Axes.fromFront(axis, shape.rank()) + 1, shape.rank());
  }

  private static void affine(float[] y, float[] alpha, float[] beta, int run) {
    for (int i = 0; i < y.length; i++) {
      int c = i / run % alpha.length;
      y[i] = y[i] * alpha[c] + beta[c];
    }
  }

  private static void fusedAffine(float[] y, float[] alpha, float[] beta, int run) {
    for (int i = 0; i < y.length; i++) {
      int c = i / run % alpha.length;
      y[i] = Math.fma(y[i], alpha[c], beta[c]);
    }
  }

  private static void add(float[] y, float[] other, int run) {
    for (int i = 0; i < y.length; i++) {
      y[i] += other[i / run % other.length];
    }
  }
}
