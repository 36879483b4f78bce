package fp8sim.kernel.reference;

import fp8sim.graph.AveragePool;
import fp8sim.graph.BatchNormalization;
import fp8sim.graph.Binary;
import fp8sim.graph.Cast;
import fp8sim.graph.Clip;
import fp8sim.graph.GlobalPool;
import fp8sim.graph.GroupNormalization;
import fp8sim.graph.Identity;
import fp8sim.graph.InstanceNormalization;
import fp8sim.graph.LayerNormalization;
import fp8sim.graph.LpNormalization;
import fp8sim.graph.Lrn;
import fp8sim.graph.MaxPool;
import fp8sim.graph.RmsNormalization;
import fp8sim.graph.Transpose;
import fp8sim.graph.Unary;
import fp8sim.graph.Where;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelSet;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/** The reference kernels: every operator, every element type that ONNX gives it. */
public final class ReferenceKernels {
  private ReferenceKernels() {}

  /** The whole set; each member applies its step's epilogue after the main loop. */
  public static KernelSet set() {
    return new KernelSet(
        withEpilogue(ReferenceConv::bind),
        withEpilogue(ReferenceConvTranspose::bind),
        withEpilogue(ReferenceKernels::product),
        withEpilogue(ReferenceMatMul::bind),
        withEpilogue(ReferenceKernels::unary),
        withEpilogue(ReferenceKernels::binary),
        withEpilogue(ReferenceKernels::pooling),
        withEpilogue(ReferenceSoftmax::bind),
        withEpilogue(ReferenceKernels::normalization),
        withEpilogue(ReferenceKernels::unexpected),
        withEpilogue(ReferenceKernels::movement),
        withEpilogue(ReferenceKernels::unexpected),
        withEpilogue(ReferenceKernels::unexpected),
        withEpilogue(ReferenceKernels::unexpected));
  }

  private static Kernel withEpilogue(Kernel kernel) {
    return ReferenceEpilogue.after(kernel);
  }

  private static Executable product(Step step, Binding binding) {
    return step.op() instanceof fp8sim.graph.Gemm
        ? ReferenceGemm.bind(step, binding)
        : ReferenceMatMul.bind(step, binding);
  }

  private static Executable unary(Step step, Binding binding) {
    return switch (step.op()) {
      case Unary op -> ReferenceUnary.bind(step, binding);
      case Cast op -> ReferenceCast.bind(step, binding);
      case Clip op -> ReferenceClip.bind(step, binding);
      case Identity op -> sameElements(step, binding);
      default -> throw unexpected(step);
    };
  }

  private static Executable binary(Step step, Binding binding) {
    return switch (step.op()) {
      case Binary op -> ReferenceBinary.bind(step, binding);
      case Where op -> ReferenceWhere.bind(step, binding);
      default -> throw unexpected(step);
    };
  }

  private static Executable pooling(Step step, Binding binding) {
    return switch (step.op()) {
      case MaxPool op -> ReferenceMaxPool.bind(step, binding);
      case AveragePool op -> ReferencePooling.bindAverage(step, binding);
      case GlobalPool op -> ReferencePooling.bindGlobal(step, binding);
      default -> throw unexpected(step);
    };
  }

  private static Executable normalization(Step step, Binding binding) {
    return switch (step.op()) {
      case BatchNormalization op -> ReferenceBatchNormalization.bind(step, binding);
      case LayerNormalization op -> ReferenceMeanNormalization.bind(step, binding);
      case RmsNormalization op -> ReferenceMeanNormalization.bind(step, binding);
      case InstanceNormalization op -> ReferenceMeanNormalization.bind(step, binding);
      case GroupNormalization op -> ReferenceMeanNormalization.bind(step, binding);
      case Lrn op -> ReferenceLrn.bind(step, binding);
      case LpNormalization op -> ReferenceLpNormalization.bind(step, binding);
      default -> throw unexpected(step);
    };
  }

  private static Executable movement(Step step, Binding binding) {
    return switch (step.op()) {
      case Transpose op -> ReferenceTranspose.bind(step, binding);
      default -> throw unexpected(step);
    };
  }

  private static Executable unexpected(Step step, Binding binding) {
    throw unexpected(step);
  }

  /** The same elements, of another shape or none. */
  private static Executable sameElements(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    return parallel -> Elements.copy(x, y);
  }

  static IllegalStateException unexpected(Step step) {
    return new IllegalStateException("no operator of this kernel: " + step.describe());
  }
}
