package fp8sim.kernel;

import fp8sim.graph.Op;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;

/**
 * Operators that one kernel serves, and what it promises for float32 (other element types are
 * served by the reference).
 */
public enum KernelFamily {
  /**
   * Conv and depthwise Conv: one chain of float32 operations per output, starting at +0, in the
   * order input channel, kernel row, kernel column; padding contributes nothing; then the bias is
   * added.
   */
  CONVOLUTION,

  /**
   * ConvTranspose: one chain per output, starting at +0, in the order input channel, kernel row,
   * kernel column (of the kernel as stored); then the bias is added.
   */
  TRANSPOSED_CONVOLUTION,

  /**
   * Gemm, and MatMul with a constant right operand: one chain per output in the order k = 0, 1,
   * ...; then {@code alpha *} (if it is not 1), then {@code + beta * c}.
   */
  GEMM,

  /** MatMul of two computed operands, batched; order as in {@link #GEMM}. */
  MATMUL,

  /**
   * Element by element, by {@link FloatFunctions}; Cast and Clip too. The output of Unary, Binary
   * and Softmax may lie exactly on an input of the same type.
   */
  UNARY,

  /** Element by element with broadcasting, one rounding; Where too. */
  BINARY,

  /**
   * MaxPool: NaN wins. AveragePool: the window's elements are added in row-major order starting at
   * +0, then divided by the count; LpPool likewise adds powers. Global average: {@link LaneSum}
   * over the plane, then divided by the count.
   */
  POOLING,

  /**
   * Per row: {@code x - max}, {@link FloatFunctions#exp}, {@link LaneSum}, division by the sum;
   * LogSoftmax: {@code (x - max) - log(sum)}.
   */
  SOFTMAX,

  /**
   * Batch, Instance, Layer, RMS, Group, LRN and Lp normalization; sums by {@link LaneSum}; formulas
   * in the reference.
   */
  NORMALIZATION,

  /** Reduce (sums by {@link LaneSum}), ArgMax, ArgMin, Hardmax and TopK. */
  REDUCTION,

  /** Transpose, Concat, Slice, Gather and all others that only move elements. */
  MOVEMENT,

  /** Resize and others that interpolate, or choose, at computed positions; see the reference. */
  RESAMPLING,

  /** QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear, and QONNX's Quant and FloatQuant. */
  QUANTIZATION,

  /**
   * Element by element, by {@link fp8sim.format.ScalarQuantizer#apply(float, int)}; the output may
   * lie on the input.
   */
  FAKE_QUANTIZATION,

  /** LSTM, GRU and RNN: sums of products with h in index order, starting at +0. */
  RECURRENCE,

  /** What is left: Einsum, CumSum, Range, ShapeOf and other rare ones. */
  GENERAL;

  /** The family of a step. */
  public static KernelFamily of(Step step) {
    return switch (step.op()) {
      case Op.Conv _ -> CONVOLUTION;
      case Op.ConvTranspose _ -> TRANSPOSED_CONVOLUTION;
      case Op.Gemm _ -> GEMM;
      case Op.MatMul _ -> step.input(1) instanceof Operand.Constant ? GEMM : MATMUL;
      case Op.Unary _, Op.BitCast _, Op.Cast _, Op.Clip _, Op.Identity _ -> UNARY;
      case Op.Binary _, Op.Where _ -> BINARY;
      case Op.MaxPool _, Op.AveragePool _, Op.GlobalPool _, Op.LpPool _ -> POOLING;
      case Op.Softmax _ -> SOFTMAX;
      case Op.BatchNormalization _,
          Op.InstanceNormalization _,
          Op.LayerNormalization _,
          Op.RmsNormalization _,
          Op.GroupNormalization _,
          Op.Lrn _,
          Op.LpNormalization _ ->
          NORMALIZATION;
      case Op.Reduce _, Op.ArgExtremum _, Op.Hardmax _, Op.TopK _ -> REDUCTION;
      case Op.Transpose _,
          Op.Concat _,
          Op.Split _,
          Op.Slice _,
          Op.Expand _,
          Op.Tile _,
          Op.Pad _,
          Op.Trilu _ ->
          MOVEMENT;
      case Op.Gather _, Op.GatherElements _, Op.GatherND _ -> MOVEMENT;
      case Op.ReverseSequence _, Op.ScatterElements _, Op.ScatterND _ -> MOVEMENT;
      case Op.Reshape _, Op.Flatten _, Op.Squeeze _, Op.Unsqueeze _ -> MOVEMENT;
      case Op.DepthToSpace _, Op.SpaceToDepth _ -> MOVEMENT;
      case Op.Recurrence _ -> RECURRENCE;
      case Op.Resize _ -> RESAMPLING;
      case Op.AffineGrid _, Op.DeformPatches _, Op.GridSample _ -> RESAMPLING;
      case Op.Col2Im _, Op.MaxRoiPool _, Op.MaxUnpool _, Op.RoiAlign _ -> RESAMPLING;
      case Op.QuantizeLinear _, Op.DequantizeLinear _, Op.DynamicQuantizeLinear _ -> QUANTIZATION;
      case Op.Quant _, Op.FloatQuant _ -> QUANTIZATION;
      case Op.FakeQuantize _ -> FAKE_QUANTIZATION;
      case Op.ShapeOf _,
          Op.Size _,
          Op.ConstantOfShape _,
          Op.Range _,
          Op.Einsum _,
          Op.CumSum _,
          Op.NonZero _ ->
          GENERAL;
      case Op.CumProd _, Op.Det _, Op.EyeLike _, Op.LinearAttention _, Op.OneHot _ -> GENERAL;
      case Op.CenterCropPad _ ->
          throw new IllegalStateException("shape inference makes it a Pad: " + step.describe());
      case Op.CastLike _, Op.Composite _, Op.If _, Op.Loop _, Op.Scan _ ->
          throw new IllegalStateException("shape inference replaces it: " + step.describe());
      case Op.Attention _ ->
          throw new IllegalStateException("the planner lowers Attention: " + step.describe());
    };
  }
}
