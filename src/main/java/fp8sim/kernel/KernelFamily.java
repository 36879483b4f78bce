package fp8sim.kernel;

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
   * +0, then divided by the count. Global average: {@link LaneSum} over the plane, then divided by
   * the count.
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

  /** Reduce (sums by {@link LaneSum}), ArgMax and ArgMin. */
  REDUCTION,

  /** Transpose, Concat, Slice, Gather and all others that only move elements. */
  MOVEMENT,

  /** Resize. */
  RESAMPLING,

  /** QuantizeLinear and DequantizeLinear. */
  QUANTIZATION,

  /**
   * Element by element, by {@link fp8sim.format.Quantizer#apply(float, int)}; the output may lie on
   * the input.
   */
  FAKE_QUANTIZATION,

  /** What is left: Einsum, CumSum, Range, ShapeOf and other rare ones. */
  GENERAL;

  /** The family of a step. */
  public static KernelFamily of(Step step) {
    return switch (step.op()) {
      case Conv _ -> CONVOLUTION;
      case ConvTranspose _ -> TRANSPOSED_CONVOLUTION;
      case Gemm _ -> GEMM;
      case MatMul _ -> step.input(1) instanceof Operand.Constant ? GEMM : MATMUL;
      case Unary _, Cast _, Clip _, Identity _ -> UNARY;
      case Binary _, Where _ -> BINARY;
      case MaxPool _, AveragePool _, GlobalPool _ -> POOLING;
      case Softmax _ -> SOFTMAX;
      case BatchNormalization _,
          InstanceNormalization _,
          LayerNormalization _,
          RmsNormalization _,
          GroupNormalization _,
          Lrn _,
          LpNormalization _ ->
          NORMALIZATION;
      case Reduce _, ArgExtremum _ -> REDUCTION;
      case Transpose _, Concat _, Split _, Slice _, Expand _, Tile _, Pad _, Trilu _ -> MOVEMENT;
      case Gather _, GatherElements _, GatherND _, ScatterND _ -> MOVEMENT;
      case Reshape _, Flatten _, Squeeze _, Unsqueeze _ -> MOVEMENT;
      case DepthToSpace _, SpaceToDepth _ -> MOVEMENT;
      case Resize _ -> RESAMPLING;
      case QuantizeLinear _, DequantizeLinear _ -> QUANTIZATION;
      case FakeQuantize _ -> FAKE_QUANTIZATION;
      case ShapeOf _, Size _, ConstantOfShape _, Range _, Einsum _, CumSum _ -> GENERAL;
      case If _ ->
          throw new IllegalStateException("shape inference decides If: " + step.describe());
      case Attention _ ->
          throw new IllegalStateException("the planner lowers Attention: " + step.describe());
    };
  }
}
