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
 * The kernels of a CPU backend, one member per family. A fast set is the reference set with faster
 * members. What each promises, for float32 (other element types are served by the reference):
 *
 * @param convolution Conv and depthwise Conv: one chain of float32 operations per output, starting
 *     at +0, in the order input channel, kernel row, kernel column; padding contributes nothing;
 *     then the bias is added
 * @param transposedConvolution ConvTranspose: one chain per output, starting at +0, in the order
 *     input channel, kernel row, kernel column (of the kernel as stored); then the bias is added
 * @param gemm Gemm, and MatMul with a constant right operand: one chain per output in the order k =
 *     0, 1, ...; then {@code alpha *} (if it is not 1), then {@code + beta * c}
 * @param matMul MatMul of two computed operands, batched; order as gemm
 * @param unary element by element, by {@link FloatFunctions}; Cast and Clip too. The output of
 *     Unary, Binary and Softmax may lie exactly on an input of the same type
 * @param binary element by element with broadcasting, one rounding; Where too
 * @param pooling MaxPool: NaN wins. AveragePool: the window's elements are added in row-major order
 *     starting at +0, then divided by the count. Global average: {@link LaneSum} over the plane,
 *     then divided by the count
 * @param softmax per row: {@code x - max}, {@link FloatFunctions#exp}, {@link LaneSum}, division by
 *     the sum; LogSoftmax: {@code (x - max) - log(sum)}
 * @param normalization Batch, Instance, Layer, RMS, Group, LRN and Lp normalization; sums by {@link
 *     LaneSum}; formulas in the reference
 * @param reduction Reduce (sums by {@link LaneSum}), ArgMax and ArgMin
 * @param movement Transpose, Concat, Slice, Gather and all others that only move elements
 * @param resampling Resize
 * @param quantization QuantizeLinear and DequantizeLinear
 * @param fakeQuantize element by element, by {@link fp8sim.format.Quantizer#apply(float, int)}; the
 *     output may lie on the input
 * @param general what is left: Einsum, CumSum, Range, ShapeOf and other rare ones
 */
public record KernelSet(
    Kernel convolution,
    Kernel transposedConvolution,
    Kernel gemm,
    Kernel matMul,
    Kernel unary,
    Kernel binary,
    Kernel pooling,
    Kernel softmax,
    Kernel normalization,
    Kernel reduction,
    Kernel movement,
    Kernel resampling,
    Kernel quantization,
    Kernel fakeQuantize,
    Kernel general) {

  /** The member that serves a step. */
  public Kernel forStep(Step step) {
    return switch (step.op()) {
      case Conv op -> convolution;
      case ConvTranspose op -> transposedConvolution;
      case Gemm op -> gemm;
      case MatMul op -> step.input(1) instanceof Operand.Constant ? gemm : matMul;
      case Unary op -> unary;
      case Cast op -> unary;
      case Clip op -> unary;
      case Identity op -> unary;
      case Binary op -> binary;
      case Where op -> binary;
      case MaxPool op -> pooling;
      case AveragePool op -> pooling;
      case GlobalPool op -> pooling;
      case Softmax op -> softmax;
      case BatchNormalization op -> normalization;
      case InstanceNormalization op -> normalization;
      case LayerNormalization op -> normalization;
      case RmsNormalization op -> normalization;
      case GroupNormalization op -> normalization;
      case Lrn op -> normalization;
      case LpNormalization op -> normalization;
      case Reduce op -> reduction;
      case ArgExtremum op -> reduction;
      case Transpose op -> movement;
      case Concat op -> movement;
      case Split op -> movement;
      case Slice op -> movement;
      case Gather op -> movement;
      case GatherElements op -> movement;
      case GatherND op -> movement;
      case ScatterND op -> movement;
      case Reshape op -> movement;
      case Flatten op -> movement;
      case Squeeze op -> movement;
      case Unsqueeze op -> movement;
      case Expand op -> movement;
      case Tile op -> movement;
      case Pad op -> movement;
      case DepthToSpace op -> movement;
      case SpaceToDepth op -> movement;
      case Trilu op -> movement;
      case Resize op -> resampling;
      case QuantizeLinear op -> quantization;
      case DequantizeLinear op -> quantization;
      case FakeQuantize op -> fakeQuantize;
      case ShapeOf op -> general;
      case Size op -> general;
      case ConstantOfShape op -> general;
      case Range op -> general;
      case Einsum op -> general;
      case CumSum op -> general;
      case If op ->
          throw new IllegalStateException("shape inference decides If: " + step.describe());
      case Attention op ->
          throw new IllegalStateException("the planner lowers Attention: " + step.describe());
    };
  }
}
