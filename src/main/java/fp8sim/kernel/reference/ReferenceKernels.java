package fp8sim.kernel.reference;

import fp8sim.graph.ArgExtremum;
import fp8sim.graph.AveragePool;
import fp8sim.graph.BatchNormalization;
import fp8sim.graph.Binary;
import fp8sim.graph.Cast;
import fp8sim.graph.Clip;
import fp8sim.graph.Concat;
import fp8sim.graph.ConstantOfShape;
import fp8sim.graph.CumSum;
import fp8sim.graph.DepthToSpace;
import fp8sim.graph.DequantizeLinear;
import fp8sim.graph.Einsum;
import fp8sim.graph.Expand;
import fp8sim.graph.Flatten;
import fp8sim.graph.Gather;
import fp8sim.graph.GatherElements;
import fp8sim.graph.GatherND;
import fp8sim.graph.Gemm;
import fp8sim.graph.GlobalPool;
import fp8sim.graph.GroupNormalization;
import fp8sim.graph.Identity;
import fp8sim.graph.InstanceNormalization;
import fp8sim.graph.LayerNormalization;
import fp8sim.graph.LpNormalization;
import fp8sim.graph.Lrn;
import fp8sim.graph.MaxPool;
import fp8sim.graph.Pad;
import fp8sim.graph.QuantizeLinear;
import fp8sim.graph.Range;
import fp8sim.graph.Reduce;
import fp8sim.graph.Reshape;
import fp8sim.graph.RmsNormalization;
import fp8sim.graph.ScatterND;
import fp8sim.graph.ShapeOf;
import fp8sim.graph.Size;
import fp8sim.graph.Slice;
import fp8sim.graph.SpaceToDepth;
import fp8sim.graph.Split;
import fp8sim.graph.Squeeze;
import fp8sim.graph.Tile;
import fp8sim.graph.Transpose;
import fp8sim.graph.Trilu;
import fp8sim.graph.Unary;
import fp8sim.graph.Unsqueeze;
import fp8sim.graph.Where;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Kernel;
import fp8sim.kernel.KernelSet;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;

/** The reference kernels: every operator, every element type that ONNX gives it. */
public final class ReferenceKernels {
  private ReferenceKernels() {}

  /** The whole set; each member applies its step's epilogue after the main loop. */
  public static KernelSet set() {
    return new KernelSet(
        withEpilogue(HeapNeed.ofAll(ReferenceKernels::convolution)),
        withEpilogue(HeapNeed.ofAll(ReferenceKernels::transposedConvolution)),
        withEpilogue(HeapNeed.ofAll(ReferenceKernels::product)),
        withEpilogue(HeapNeed.ofAll(ReferenceKernels::product)),
        withEpilogue(ReferenceKernels::unary),
        withEpilogue(ReferenceKernels::binary),
        withEpilogue(HeapNeed.ofFirst(ReferenceKernels::pooling)),
        withEpilogue(HeapNeed.ofFirst(ReferenceSoftmax::bind)),
        withEpilogue(HeapNeed.ofFirst(ReferenceKernels::normalization)),
        withEpilogue(HeapNeed.ofFirst(ReferenceKernels::reduction)),
        withEpilogue(ReferenceKernels::movement),
        withEpilogue(HeapNeed.ofFirst(ReferenceResize::bind)),
        withEpilogue(HeapNeed.ofFirst(ReferenceKernels::quantization)),
        withEpilogue(ReferenceFakeQuantize::bind),
        withEpilogue(ReferenceKernels::general));
  }

  private static Kernel withEpilogue(Kernel kernel) {
    return ReferenceEpilogue.after(kernel);
  }

  private static Executable convolution(Step step, Binding binding) {
    ProductArithmetic arithmetic = step.arithmetic();
    return arithmetic == null
        ? ReferenceConv.bind(step, binding)
        : ReferenceApproximateConv.bind(step, arithmetic, binding);
  }

  private static Executable transposedConvolution(Step step, Binding binding) {
    ProductArithmetic arithmetic = step.arithmetic();
    return arithmetic == null
        ? ReferenceConvTranspose.bind(step, binding)
        : ReferenceApproximateConv.bind(step, arithmetic, binding);
  }

  private static Executable product(Step step, Binding binding) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic != null) {
      return ReferenceApproximateMatMul.bind(step, arithmetic, binding);
    }
    return step.op() instanceof Gemm
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

  private static Executable reduction(Step step, Binding binding) {
    return switch (step.op()) {
      case Reduce op -> ReferenceReduce.bind(step, binding);
      case ArgExtremum op -> ReferenceArgExtremum.bind(step, binding);
      default -> throw unexpected(step);
    };
  }

  private static Executable movement(Step step, Binding binding) {
    return switch (step.op()) {
      case Transpose op -> ReferenceTranspose.bind(step, binding);
      case Concat op -> ReferenceConcat.bind(step, binding);
      case Split op -> ReferenceSplit.bind(step, binding);
      case Slice op -> ReferenceSlice.bind(step, binding);
      case Gather op -> ReferenceGather.bind(step, binding);
      case GatherElements op -> ReferenceGather.bindElements(step, binding);
      case GatherND op -> ReferenceGather.bindNd(step, binding);
      case ScatterND op -> ReferenceScatter.bind(step, binding);
      case Reshape op -> sameElements(step, binding);
      case Flatten op -> sameElements(step, binding);
      case Squeeze op -> sameElements(step, binding);
      case Unsqueeze op -> sameElements(step, binding);
      case Expand op -> ReferenceExpand.bind(step, binding);
      case Tile op -> ReferenceExpand.bindTile(step, binding);
      case Pad op -> ReferencePad.bind(step, binding);
      case DepthToSpace op -> ReferenceBlocks.bindDepthToSpace(step, binding);
      case SpaceToDepth op -> ReferenceBlocks.bindSpaceToDepth(step, binding);
      case Trilu op -> ReferenceTrilu.bind(step, binding);
      default -> throw unexpected(step);
    };
  }

  private static Executable quantization(Step step, Binding binding) {
    return switch (step.op()) {
      case QuantizeLinear op -> ReferenceQuantizeLinear.bind(step, binding);
      case DequantizeLinear op -> ReferenceDequantizeLinear.bind(step, binding);
      default -> throw unexpected(step);
    };
  }

  private static Executable general(Step step, Binding binding) {
    return switch (step.op()) {
      case ShapeOf op -> ReferenceShapes.bindShape(step, binding);
      case Size op -> ReferenceShapes.bindSize(step, binding);
      case ConstantOfShape op -> ReferenceShapes.bindConstant(step, binding);
      case Range op -> ReferenceRange.bind(step, binding);
      case Einsum op -> ReferenceEinsum.bind(step, binding);
      case CumSum op -> ReferenceCumSum.bind(step, binding);
      default -> throw unexpected(step);
    };
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
