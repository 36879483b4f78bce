package fp8sim.kernel.reference;

import fp8sim.graph.Op;
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
      case Op.Conv _ -> convolution(step, binding);
      case Op.ConvTranspose _ -> transposedConvolution(step, binding);
      case Op.Gemm _, Op.MatMul _ -> product(step, binding);
      case Op.Softmax _ -> ReferenceSoftmax.bind(step, binding);
      case Op.Resize _ -> ReferenceResize.bind(step, binding);
      case Op.FakeQuantize _ -> ReferenceFakeQuantize.bind(step, binding);
      case Op.Unary _ -> ReferenceUnary.bind(step, binding);
      case Op.BitCast _ -> ReferenceBitCast.bind(step, binding);
      case Op.Cast _ -> ReferenceCast.bind(step, binding);
      case Op.Clip _ -> ReferenceClip.bind(step, binding);
      case Op.Identity _, Op.Reshape _, Op.Flatten _, Op.Squeeze _, Op.Unsqueeze _ ->
          sameElements(step, binding);
      case Op.Binary _ -> ReferenceBinary.bind(step, binding);
      case Op.Where _ -> ReferenceWhere.bind(step, binding);
      case Op.MaxPool _ -> ReferenceMaxPool.bind(step, binding);
      case Op.AveragePool _ -> ReferencePooling.bindAverage(step, binding);
      case Op.GlobalPool _ -> ReferencePooling.bindGlobal(step, binding);
      case Op.BatchNormalization _ -> ReferenceBatchNormalization.bind(step, binding);
      case Op.LayerNormalization op -> ReferenceMeanNormalization.bind(op, step, binding);
      case Op.RmsNormalization op -> ReferenceMeanNormalization.bind(op, step, binding);
      case Op.InstanceNormalization op -> ReferenceMeanNormalization.bind(op, step, binding);
      case Op.GroupNormalization op -> ReferenceMeanNormalization.bind(op, step, binding);
      case Op.Lrn _ -> ReferenceLrn.bind(step, binding);
      case Op.LpNormalization _ -> ReferenceLpNormalization.bind(step, binding);
      case Op.Recurrence _ -> ReferenceRecurrence.bind(step, binding);
      case Op.Reduce _ -> ReferenceReduce.bind(step, binding);
      case Op.ArgExtremum _ -> ReferenceArgExtremum.bind(step, binding);
      case Op.Transpose _ -> ReferenceTranspose.bind(step, binding);
      case Op.Concat _ -> ReferenceConcat.bind(step, binding);
      case Op.Split _ -> ReferenceSplit.bind(step, binding);
      case Op.Slice _ -> ReferenceSlice.bind(step, binding);
      case Op.Gather _ -> ReferenceGather.bind(step, binding);
      case Op.GatherElements _ -> ReferenceGather.bindElements(step, binding);
      case Op.GatherND _ -> ReferenceGather.bindNd(step, binding);
      case Op.ScatterElements op -> ReferenceScatter.bindElements(op, step, binding);
      case Op.ScatterND op -> ReferenceScatter.bind(op, step, binding);
      case Op.ReverseSequence op -> ReferenceReverseSequence.bind(op, step, binding);
      case Op.Expand _ -> ReferenceExpand.bind(step, binding);
      case Op.Tile _ -> ReferenceExpand.bindTile(step, binding);
      case Op.NonZero _ -> ReferenceNonZero.bind(step, binding);
      case Op.Pad _ -> ReferencePad.bind(step, binding);
      case Op.DepthToSpace _ -> ReferenceBlocks.bindDepthToSpace(step, binding);
      case Op.SpaceToDepth _ -> ReferenceBlocks.bindSpaceToDepth(step, binding);
      case Op.Trilu _ -> ReferenceTrilu.bind(step, binding);
      case Op.QuantizeLinear _ -> ReferenceQuantizeLinear.bind(step, binding);
      case Op.Quant op -> ReferenceQuant.integers(op, step, binding);
      case Op.FloatQuant op -> ReferenceQuant.minifloats(op, step, binding);
      case Op.DequantizeLinear _ -> ReferenceDequantizeLinear.bind(step, binding);
      case Op.DynamicQuantizeLinear _ -> ReferenceDynamicQuantizeLinear.bind(step, binding);
      case Op.ShapeOf _ -> ReferenceShapes.bindShape(step, binding);
      case Op.Size _ -> ReferenceShapes.bindSize(step, binding);
      case Op.ConstantOfShape _ -> ReferenceShapes.bindConstant(step, binding);
      case Op.Range _ -> ReferenceRange.bind(step, binding);
      case Op.Einsum _ -> ReferenceEinsum.bind(step, binding);
      case Op.AffineGrid op -> ReferenceAffineGrid.bind(op, step, binding);
      case Op.Col2Im op -> ReferenceCol2Im.bind(op, step, binding);
      case Op.CumProd op -> ReferenceCumSum.bind(op, step, binding);
      case Op.CumSum op -> ReferenceCumSum.bind(op, step, binding);
      case Op.DeformPatches op -> ReferenceDeformPatches.bind(op, step, binding);
      case Op.Det _ -> ReferenceDeterminant.bind(step, binding);
      case Op.EyeLike op -> ReferenceEyeLike.bind(op, step, binding);
      case Op.GridSample op -> ReferenceGridSample.bind(op, step, binding);
      case Op.Hardmax op -> ReferenceHardmax.bind(op, step, binding);
      case Op.LinearAttention op -> ReferenceLinearAttention.bind(op, step, binding);
      case Op.LpPool op -> ReferenceLpPool.bind(op, step, binding);
      case Op.MaxRoiPool op -> ReferenceMaxRoiPool.bind(op, step, binding);
      case Op.MaxUnpool _ -> ReferenceMaxUnpool.bind(step, binding);
      case Op.OneHot op -> ReferenceOneHot.bind(op, step, binding);
      case Op.RoiAlign op -> ReferenceRoiAlign.bind(op, step, binding);
      case Op.TopK op -> ReferenceTopK.bind(op, step, binding);
      case Op.Attention _,
          Op.CastLike _,
          Op.CenterCropPad _,
          Op.Composite _,
          Op.If _,
          Op.Loop _,
          Op.Scan _ ->
          throw new IllegalStateException("no step has this operator: " + step.describe());
    };
  }

  private static Executable convolution(Step step, Binding binding) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic == null) {
      return ReferenceConv.bind(step, binding);
    }
    return arithmetic.isBlocked()
        ? ReferenceBlockedConv.bind(step, arithmetic, binding)
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
      return arithmetic.isBlocked()
          ? ReferenceBlockedMatMul.bind(step, arithmetic, binding)
          : ReferenceApproximateMatMul.bind(step, arithmetic, binding);
    }
    return step.op() instanceof Op.Gemm
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
