package fp8sim.kernel.tornado.lower;

import fp8sim.format.ScalarQuantizer;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.tornado.device.DeviceEpilogue;
import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.kernel.tornado.device.KernelKind;
import fp8sim.kernel.tornado.device.PointwiseKernel;
import fp8sim.kernel.tornado.device.StochasticKernel;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerState;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns epilogues into lists of {@link DeviceEpilogue}, and into kernel calls where need be. */
final class EpilogueLowering {
  /**
   * Operations of a kernel.
   *
   * @param function of the {@link KernelKind#UNARY} call that starts a stage behind the first
   * @param stochastic the quantizer that starts it instead, or null
   */
  private record Stage(
      Op.Unary function, @Nullable QuantizerState stochastic, List<int[]> operations) {
    Stage(Op.Unary function) {
      this(function, null, new ArrayList<>());
    }
  }

  private static final Op.Unary COPY = new Op.Unary(UnaryFunction.SCALE, 1, 0);

  private final ProgramBuilder program;
  private final QuantizerTable quantizers;

  EpilogueLowering(ProgramBuilder program, QuantizerTable quantizers) {
    this.program = program;
    this.quantizers = quantizers;
  }

  /** Makes a call of a geometry that is complete. */
  @FunctionalInterface
  interface Caller {
    KernelCall call(int[] geometry);
  }

  /**
   * Adds a kernel call and what its step's epilogue needs besides.
   *
   * @param geometry of the kernel without the epilogue
   * @param slot the number that tells where the epilogue starts
   * @param before operations that come before the epilogue, such as the operator's own bias
   */
  void add(Step step, int[] geometry, int slot, List<int[]> before, Caller caller) {
    List<Stage> stages = stages(COPY, before, step);
    program.call(caller.call(append(geometry, slot, stages.getFirst().operations())));
    for (Stage stage : stages.subList(1, stages.size())) {
      addPointwise(stage, program.at(step.output()), step.output());
    }
  }

  /** Adds calls that apply a function and the step's epilogue. */
  void addUnary(Step step, Op.Unary function, int input) {
    List<Stage> stages = stages(function, List.of(), step);
    addPointwise(stages.getFirst(), input, step.output());
    for (Stage stage : stages.subList(1, stages.size())) {
      addPointwise(stage, program.at(step.output()), step.output());
    }
  }

  /** Adds what a step's epilogue needs, if it has one, after a kernel without epilogues. */
  void addAfter(Step step) {
    if (!step.epilogue().isEmpty()) {
      addUnary(step, COPY, program.at(step.output()));
    }
  }

  /** A step without its epilogue, for parts of a result; {@link #addAfter} follows them. */
  Step bare(Step step) {
    return new Step(
        step.name(), step.op(), step.inputs(), step.outputs(), List.of(), step.arithmetic());
  }

  @SuppressWarnings("ReferenceEquality") // COPY stands for no operation
  private List<Stage> stages(Op.Unary first, List<int[]> before, Step step) {
    List<Stage> stages = new ArrayList<>();
    boolean isPlain = isOperation(first) && first != COPY;
    Stage stage = new Stage(isPlain ? COPY : first);
    if (isPlain) {
      stage.operations().add(operation(first));
    }
    stage.operations().addAll(before);
    stages.add(stage);
    for (Epilogue epilogue : step.epilogue()) {
      Stage next = stage(epilogue);
      if (next == null) {
        stage.operations().add(operation(epilogue, step.output().shape()));
      } else {
        stage = next;
        stages.add(stage);
      }
    }
    return stages;
  }

  /** The stage that an epilogue starts, or null if it is an operation. */
  private @Nullable Stage stage(Epilogue epilogue) {
    if (epilogue instanceof Epilogue.Activation activation && !isOperation(activation.unary())) {
      return new Stage(activation.unary());
    }
    if (epilogue instanceof Epilogue.FakeQuantize fake) {
      QuantizerState live = quantizers.get(fake.quantizer());
      return live.quantizer().isStochastic() ? new Stage(COPY, live, new ArrayList<>()) : null;
    }
    return null;
  }

  private static boolean isOperation(Op.Unary unary) {
    return switch (unary.function()) {
      case RELU, CLAMP, SCALE -> true;
      default -> false;
    };
  }

  private int[] operation(Op.Unary unary) {
    return switch (unary.function()) {
      case RELU -> clamp(0f, Float.POSITIVE_INFINITY);
      case CLAMP -> clamp(unary.alpha(), unary.beta());
      case SCALE -> scale(unary.alpha());
      default -> throw new IllegalArgumentException(unary.onnxName());
    };
  }

  int[] clamp(float low, float high) {
    return new int[] {DeviceEpilogue.CLAMP, program.addConstants(low, high), 1, 1};
  }

  int[] scale(float factor) {
    return new int[] {DeviceEpilogue.SCALE, program.addConstants(factor), 1, 1};
  }

  /** Adds constants: {@code values[i / run % values.length]} to element i. */
  int[] bias(float[] values, int run) {
    int at = program.addConstants(values);
    return new int[] {DeviceEpilogue.BIAS, at, run, values.length};
  }

  int[] affine(float[] alpha, float[] beta, int run) {
    float[] both = Arrays.copyOf(alpha, 2 * alpha.length);
    System.arraycopy(beta, 0, both, alpha.length, alpha.length);
    return new int[] {DeviceEpilogue.AFFINE, program.addConstants(both), run, alpha.length};
  }

  /**
   * A quantizer that is not stochastic.
   *
   * @param id of the quantizer for which values that are not finite are counted, or null
   */
  int[] quantize(ScalarQuantizer quantizer, @Nullable QuantizerId id) {
    QuantizerSteps steps = QuantizerSteps.of(quantizer);
    int at = program.addConstants(steps.padded());
    return new int[] {DeviceEpilogue.QUANTIZE, at, steps.half(), program.addCounters(id)};
  }

  int[] residual(Operand other) {
    return new int[] {DeviceEpilogue.RESIDUAL, program.at((Operand.Slot) other), 1, 1};
  }

  private int[] operation(Epilogue epilogue, Shape shape) {
    return switch (epilogue) {
      case Epilogue.Affine affine ->
          affine(
              affine.alpha().tensor().toFloats(),
              affine.beta().tensor().toFloats(),
              run(shape, affine.axis()));
      case Epilogue.Bias bias -> bias(bias.bias().tensor().toFloats(), run(shape, bias.axis()));
      case Epilogue.Residual residual -> residual(residual.other());
      case Epilogue.Activation activation -> operation(activation.unary());
      case Epilogue.FakeQuantize fake ->
          quantize(quantizers.get(fake.quantizer()).scalar(), fake.quantizer());
    };
  }

  /** How many adjacent elements share an index along an axis. */
  private static int run(Shape shape, int axis) {
    return shape.elements((axis < 0 ? axis + shape.rank() : axis) + 1, shape.rank());
  }

  private void addPointwise(Stage stage, int input, Operand.Slot output) {
    int count = output.shape().elements();
    if (stage.stochastic() != null) {
      int[] stochastic = StochasticLowering.geometry(program, stage.stochastic(), output);
      int[] all = append(stochastic, StochasticKernel.EPILOGUE, stage.operations());
      program.call(KernelCall.line(KernelKind.STOCHASTIC, all, count));
      return;
    }
    int[] geometry = new int[PointwiseKernel.UNARY_SIZE];
    geometry[PointwiseKernel.COUNT] = count;
    geometry[PointwiseKernel.FUNCTION] = function(stage.function().function());
    geometry[PointwiseKernel.INPUT] = input;
    geometry[PointwiseKernel.OUTPUT] = program.at(output);
    geometry[PointwiseKernel.PARAMETERS] =
        program.addConstants(stage.function().alpha(), stage.function().beta());
    int[] complete = append(geometry, PointwiseKernel.EPILOGUE, stage.operations());
    KernelKind kind =
        geometry[PointwiseKernel.FUNCTION] < PointwiseKernel.LOG
            ? KernelKind.UNARY
            : KernelKind.LOGARITHM;
    program.call(KernelCall.line(kind, complete, count));
  }

  /** The device's number of a function, or -1 if it has none. */
  static int function(UnaryFunction function) {
    return switch (function) {
      case RELU, CLAMP, SCALE -> PointwiseKernel.COPY;
      case ABS -> PointwiseKernel.ABS;
      case NEG -> PointwiseKernel.NEG;
      case EXP -> PointwiseKernel.EXP;
      case ERF -> PointwiseKernel.ERF;
      case GELU -> PointwiseKernel.GELU;
      case GELU_TANH -> PointwiseKernel.GELU_TANH;
      case SIGMOID -> PointwiseKernel.SIGMOID;
      case SILU -> PointwiseKernel.SILU;
      case TANH -> PointwiseKernel.TANH;
      case HARD_SIGMOID -> PointwiseKernel.HARD_SIGMOID;
      case HARD_SWISH -> PointwiseKernel.HARD_SWISH;
      case SQRT -> PointwiseKernel.SQRT;
      case RECIPROCAL -> PointwiseKernel.RECIPROCAL;
      case LEAKY_RELU -> PointwiseKernel.LEAKY_RELU;
      case ELU -> PointwiseKernel.ELU;
      case SOFTSIGN -> PointwiseKernel.SOFTSIGN;
      case CEIL -> PointwiseKernel.CEIL;
      case FLOOR -> PointwiseKernel.FLOOR;
      case ROUND -> PointwiseKernel.ROUND;
      case SIGN -> PointwiseKernel.SIGN;
      case CELU -> PointwiseKernel.CELU;
      case SELU -> PointwiseKernel.SELU;
      case THRESHOLDED_RELU -> PointwiseKernel.THRESHOLDED_RELU;
      case LOG -> PointwiseKernel.LOG;
      case SOFTPLUS -> PointwiseKernel.SOFTPLUS;
      case MISH -> PointwiseKernel.MISH;
      default -> -1;
    };
  }

  /** A geometry with an epilogue behind it. */
  private static int[] append(int[] geometry, int slot, List<int[]> operations) {
    int length = geometry.length;
    int[] all = Arrays.copyOf(geometry, length + 1 + DeviceEpilogue.WORDS * operations.size());
    all[slot] = length;
    all[length] = operations.size();
    for (int i = 0; i < operations.size(); i++) {
      int to = length + 1 + DeviceEpilogue.WORDS * i;
      System.arraycopy(operations.get(i), 0, all, to, DeviceEpilogue.WORDS);
    }
    return all;
  }
}
