package fp8sim.kernel.reference;

import fp8sim.graph.ArgExtremum;
import fp8sim.graph.Attention;
import fp8sim.graph.AveragePool;
import fp8sim.graph.BatchNormalization;
import fp8sim.graph.Binary;
import fp8sim.graph.Cast;
import fp8sim.graph.Clip;
import fp8sim.graph.Concat;
import fp8sim.graph.ConstantOfShape;
import fp8sim.graph.Conv;
import fp8sim.graph.ConvTranspose;
import fp8sim.graph.CumSum;
import fp8sim.graph.DepthToSpace;
import fp8sim.graph.DequantizeLinear;
import fp8sim.graph.Einsum;
import fp8sim.graph.Expand;
import fp8sim.graph.FakeQuantize;
import fp8sim.graph.Flatten;
import fp8sim.graph.Gather;
import fp8sim.graph.GatherElements;
import fp8sim.graph.GatherND;
import fp8sim.graph.Gemm;
import fp8sim.graph.GlobalPool;
import fp8sim.graph.GroupNormalization;
import fp8sim.graph.Identity;
import fp8sim.graph.If;
import fp8sim.graph.InstanceNormalization;
import fp8sim.graph.LayerNormalization;
import fp8sim.graph.LpNormalization;
import fp8sim.graph.Lrn;
import fp8sim.graph.MatMul;
import fp8sim.graph.MaxPool;
import fp8sim.graph.Pad;
import fp8sim.graph.QuantizeLinear;
import fp8sim.graph.Range;
import fp8sim.graph.Reduce;
import fp8sim.graph.Reshape;
import fp8sim.graph.Resize;
import fp8sim.graph.RmsNormalization;
import fp8sim.graph.ScatterND;
import fp8sim.graph.ShapeOf;
import fp8sim.graph.Size;
import fp8sim.graph.Slice;
import fp8sim.graph.Softmax;
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
    return KernelSet.of(kernel());
  }

  /** The kernel of all operators, to which faster ones leave what they do not do. */
  public static Kernel kernel() {
    return ReferenceEpilogue.after(ReferenceKernels::bind);
  }

  private static Executable bind(Step step, Binding binding) {
    HeapNeed.require(step);
    return switch (step.op()) {
      case Conv _ -> convolution(step, binding);
      case ConvTranspose _ -> transposedConvolution(step, binding);
      case Gemm _, MatMul _ -> product(step, binding);
      case Softmax _ -> ReferenceSoftmax.bind(step, binding);
      case Resize _ -> ReferenceResize.bind(step, binding);
      case FakeQuantize _ -> ReferenceFakeQuantize.bind(step, binding);
      case Unary _ -> ReferenceUnary.bind(step, binding);
      case Cast _ -> ReferenceCast.bind(step, binding);
      case Clip _ -> ReferenceClip.bind(step, binding);
      case Identity _, Reshape _, Flatten _, Squeeze _, Unsqueeze _ -> sameElements(step, binding);
      case Binary _ -> ReferenceBinary.bind(step, binding);
      case Where _ -> ReferenceWhere.bind(step, binding);
      case MaxPool _ -> ReferenceMaxPool.bind(step, binding);
      case AveragePool _ -> ReferencePooling.bindAverage(step, binding);
      case GlobalPool _ -> ReferencePooling.bindGlobal(step, binding);
      case BatchNormalization _ -> ReferenceBatchNormalization.bind(step, binding);
      case LayerNormalization op -> ReferenceMeanNormalization.bind(op, step, binding);
      case RmsNormalization op -> ReferenceMeanNormalization.bind(op, step, binding);
      case InstanceNormalization op -> ReferenceMeanNormalization.bind(op, step, binding);
      case GroupNormalization op -> ReferenceMeanNormalization.bind(op, step, binding);
      case Lrn _ -> ReferenceLrn.bind(step, binding);
      case LpNormalization _ -> ReferenceLpNormalization.bind(step, binding);
      case Reduce _ -> ReferenceReduce.bind(step, binding);
      case ArgExtremum _ -> ReferenceArgExtremum.bind(step, binding);
      case Transpose _ -> ReferenceTranspose.bind(step, binding);
      case Concat _ -> ReferenceConcat.bind(step, binding);
      case Split _ -> ReferenceSplit.bind(step, binding);
      case Slice _ -> ReferenceSlice.bind(step, binding);
      case Gather _ -> ReferenceGather.bind(step, binding);
      case GatherElements _ -> ReferenceGather.bindElements(step, binding);
      case GatherND _ -> ReferenceGather.bindNd(step, binding);
      case ScatterND _ -> ReferenceScatter.bind(step, binding);
      case Expand _ -> ReferenceExpand.bind(step, binding);
      case Tile _ -> ReferenceExpand.bindTile(step, binding);
      case Pad _ -> ReferencePad.bind(step, binding);
      case DepthToSpace _ -> ReferenceBlocks.bindDepthToSpace(step, binding);
      case SpaceToDepth _ -> ReferenceBlocks.bindSpaceToDepth(step, binding);
      case Trilu _ -> ReferenceTrilu.bind(step, binding);
      case QuantizeLinear _ -> ReferenceQuantizeLinear.bind(step, binding);
      case DequantizeLinear _ -> ReferenceDequantizeLinear.bind(step, binding);
      case ShapeOf _ -> ReferenceShapes.bindShape(step, binding);
      case Size _ -> ReferenceShapes.bindSize(step, binding);
      case ConstantOfShape _ -> ReferenceShapes.bindConstant(step, binding);
      case Range _ -> ReferenceRange.bind(step, binding);
      case Einsum _ -> ReferenceEinsum.bind(step, binding);
      case CumSum _ -> ReferenceCumSum.bind(step, binding);
      case If _, Attention _ ->
          throw new IllegalStateException("no step has this operator: " + step.describe());
    };
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

  /** The same elements, of another shape or none. */
  private static Executable sameElements(Step step, Binding binding) {
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    return parallel -> Elements.copy(x, y);
  }
}
