package fp8sim.kernel.tornado.lower;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.tornado.device.DeviceStrides;
import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.kernel.tornado.device.KernelKind;
import fp8sim.kernel.tornado.device.PointwiseKernel;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Operators that work element by element. */
final class ElementLowering {
  private static final Op.Unary COPY = new Op.Unary(UnaryFunction.SCALE, 1, 0);

  private final ProgramBuilder program;
  private final EpilogueLowering epilogues;

  ElementLowering(ProgramBuilder program, EpilogueLowering epilogues) {
    this.program = program;
    this.epilogues = epilogues;
  }

  void unary(Step step, Op.Unary op) {
    epilogues.addUnary(step, op, input(step));
  }

  void copy(Step step) {
    epilogues.addUnary(step, COPY, input(step));
  }

  void clip(Step step) {
    float low = scalar(step, 1, Float.NEGATIVE_INFINITY);
    float high = scalar(step, 2, Float.POSITIVE_INFINITY);
    unary(step, new Op.Unary(UnaryFunction.CLAMP, low, high));
  }

  private static float scalar(Step step, int index, float otherwise) {
    return step.optionalInput(index) instanceof Operand.Constant constant
        ? constant.tensor().toFloats()[0]
        : otherwise;
  }

  void fakeQuantize(Step step, Op.FakeQuantize op) {
    List<Epilogue> all = new ArrayList<>();
    all.add(new Epilogue.FakeQuantize(op.quantizer()));
    copyWith(step, all);
  }

  void batchNormalization(Step step, Op.BatchNormalization op) {
    float[] scale = floats(step, 1);
    float[] bias = floats(step, 2);
    float[] mean = floats(step, 3);
    float[] variance = floats(step, 4);
    float[] alpha = new float[scale.length];
    float[] beta = new float[scale.length];
    for (int c = 0; c < alpha.length; c++) {
      alpha[c] = scale[c] * (1f / (float) Math.sqrt(variance[c] + op.epsilon()));
      beta[c] = bias[c] - mean[c] * alpha[c];
    }
    Shape channels = Shape.of(alpha.length);
    List<Epilogue> all = new ArrayList<>();
    all.add(
        new Epilogue.Affine(
            1,
            new Operand.Constant(Tensor.ofFloats(channels, alpha)),
            new Operand.Constant(Tensor.ofFloats(channels, beta)),
            false));
    copyWith(step, all);
  }

  private static float[] floats(Step step, int input) {
    return ((Operand.Constant) step.input(input)).tensor().toFloats();
  }

  /** A copy whose epilogue starts with these. */
  private void copyWith(Step step, List<Epilogue> first) {
    first.addAll(step.epilogue());
    copy(new Step(step.name(), step.op(), step.inputs(), step.outputs(), first, step.arithmetic()));
  }

  void binary(Step step, Op.Binary op) {
    Operand a = step.input(0);
    Operand b = step.input(1);
    Shape y = step.output().shape();
    int rank = Math.max(1, y.rank());
    int[] geometry = new int[PointwiseKernel.AXES + DeviceStrides.AXIS_WORDS * rank];
    geometry[PointwiseKernel.COUNT] = y.elements();
    geometry[PointwiseKernel.FUNCTION] = function(op.function());
    geometry[PointwiseKernel.INPUT] = at(a);
    geometry[PointwiseKernel.SECOND] = at(b);
    geometry[PointwiseKernel.OUTPUT] = program.at(step.output());
    geometry[PointwiseKernel.RANK] = rank;
    int[] stridesA = Strides.broadcast(a.shape(), y);
    int[] stridesB = Strides.broadcast(b.shape(), y);
    for (int i = 0; i < rank; i++) {
      int axis = y.rank() - 1 - i;
      int word = PointwiseKernel.AXES + DeviceStrides.AXIS_WORDS * i;
      geometry[word] = axis < 0 ? 1 : Math.max(1, y.dim(axis));
      geometry[word + 1] = axis < 0 ? 0 : stridesA[axis];
      geometry[word + 2] = axis < 0 ? 0 : stridesB[axis];
    }
    KernelKind kind =
        a instanceof Operand.Constant
            ? KernelKind.BINARY_FIRST_CONSTANT
            : b instanceof Operand.Constant ? KernelKind.BINARY_SECOND_CONSTANT : KernelKind.BINARY;
    epilogues.add(
        step,
        geometry,
        PointwiseKernel.EPILOGUE,
        List.of(),
        complete -> KernelCall.line(kind, complete, y.elements()));
  }

  /** The device's number of a function, or -1 if it has none. */
  static int function(BinaryFunction function) {
    return switch (function) {
      case ADD -> PointwiseKernel.ADD;
      case SUB -> PointwiseKernel.SUB;
      case MUL -> PointwiseKernel.MUL;
      case DIV -> PointwiseKernel.DIV;
      case MAX -> PointwiseKernel.MAX;
      case MIN -> PointwiseKernel.MIN;
      case PRELU -> PointwiseKernel.PRELU;
      default -> -1;
    };
  }

  private int input(Step step) {
    return program.at((Operand.Slot) step.input(0));
  }

  private int at(Operand operand) {
    return switch (operand) {
      case Operand.Constant constant -> program.addConstant(constant.tensor());
      case Operand.Slot slot -> program.at(slot);
    };
  }
}
