package fp8sim.graph;

import fp8sim.format.E8M0;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator with its attributes, in the form of the newest opset fp8sim reads (28): what older
 * opsets give as attributes (axes, pads, sizes) the importer turns into constant inputs. Each
 * record says which inputs and outputs a node of it has ({@code ?} marks an optional one, which is
 * an empty name when it is absent).
 */
public sealed interface Op {

  /** The operator's name as in ONNX. */
  default String onnxName() {
    return getClass().getSimpleName();
  }

  /**
   * Sampling positions of an affine map: {@code theta [N,d,d+1], size -> grid [N,o..,d]}, size
   * being that of the sampled image {@code [N,C,o..]}, two or three spatial axes.
   */
  record AffineGrid(boolean alignCorners) implements Op {}

  /** ArgMax or ArgMin: index of the extremum along an axis as int64: {@code x -> y}. */
  record ArgExtremum(boolean max, int axis, boolean keepDims, boolean selectLastIndex)
      implements Op {
    @Override
    public String onnxName() {
      return max ? "ArgMax" : "ArgMin";
    }
  }

  /**
   * Scaled dot-product attention: {@code q [..,L,D], k [..,S,D], v [..,S,E], mask? -> y [..,L,E]},
   * {@code softmax(scale * q k' + mask) v}, the mask added with broadcasting. Recognised from the
   * exporters' patterns.
   */
  record Attention(float scale) implements Op {}

  /** {@code x -> y}. */
  record AveragePool(Window window, boolean ceilMode, boolean countIncludePad) implements Op {}

  /**
   * A subgraph: nodes in topological order, the values it is given (none to a branch of If) and
   * those it yields. Names are unique in the whole graph, and its constants are initializers of the
   * graph.
   */
  record Body(List<Node> nodes, List<String> inputs, List<String> outputs) {
    public Body {
      nodes = List.copyOf(nodes);
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /** {@code x, scale, bias, mean, variance -> y}, per channel (axis 1). */
  record BatchNormalization(float epsilon) implements Op {}

  /**
   * Cuts from the middle, or pads with zeros on both sides: {@code x, shape -> y}; {@code shape} is
   * for the axes, for all without any. Shape inference makes it a Pad.
   */
  record CenterCropPad(List<Integer> axes) implements Op {}

  /**
   * Applies a function of two arguments element by element: {@code a, b -> y}, with ONNX's
   * multidirectional broadcasting.
   */
  record Binary(BinaryFunction function) implements Op {
    @Override
    public String onnxName() {
      return function.onnxName();
    }
  }

  /** Another type for the same bits: {@code x -> y}; both types have the same width. */
  record BitCast(DataType to) implements Op {}

  /**
   * Converts the element type: {@code x -> y}.
   *
   * @param saturate whether FP8 and E8M0 keep what is out of range finite
   * @param roundMode how E8M0 rounds
   */
  record Cast(DataType to, boolean saturate, E8M0.RoundMode roundMode) implements Op {
    public Cast(DataType to, boolean saturate) {
      this(to, saturate, E8M0.RoundMode.UP);
    }
  }

  /**
   * {@link Cast} to the element type of another tensor: {@code x, like -> y}. Shape inference makes
   * it a Cast; a graph with types has none.
   */
  record CastLike(boolean saturate, E8M0.RoundMode roundMode) implements Op {}

  /** Limits every element: {@code x, min?, max? -> y}; min and max are scalars. */
  record Clip() implements Op {}

  /**
   * Adds blocks into images where they overlap: {@code x [N,C*k..,L], imageShape, blockShape -> y
   * [N,C,d..]}, L positions of a window of the block's shape.
   */
  record Col2Im(Window window) implements Op {}

  /**
   * An operator that others define. Shape inference puts these in its place; a graph with types has
   * no {@code Composite}.
   */
  record Composite(CompositeOperator operator) implements Op {
    @Override
    public String onnxName() {
      return operator.onnxName();
    }
  }

  /** Joins tensors along an axis: {@code x... -> y}. */
  record Concat(int axis) implements Op {}

  /** A tensor filled with a value: {@code shape -> y}; {@code value} has one element. */
  record ConstantOfShape(Tensor value) implements Op {}

  /**
   * Convolution: {@code x [N,C,d...], weight [M,C/group,k...], bias? [M] -> y [N,M,o...]}, one to
   * three spatial axes.
   */
  record Conv(Window window, int group) implements Op {}

  /**
   * Transposed convolution: {@code x [N,C,d...], weight [C,M/group,k...], bias? [M] -> y}. Empty
   * lists where the attribute is absent.
   */
  record ConvTranspose(
      Window window, int group, List<Integer> outputPadding, List<Integer> outputShape)
      implements Op {}

  /** Running product along an axis: {@code x, axis -> y}. */
  record CumProd(boolean exclusive, boolean reverse) implements Op {}

  /** Running sum along an axis: {@code x, axis -> y}. */
  record CumSum(boolean exclusive, boolean reverse) implements Op {}

  /**
   * What a deformable convolution multiplies: {@code x [N,C,H,W], offset [N,g*k*2,oH,oW], mask?
   * [N,g*k,oH,oW] -> y [N,C*k,oH,oW]}, x interpolated under each of the k elements of the kernel,
   * moved by its offset (down, right) and multiplied by its mask, in g groups of channels.
   */
  record DeformPatches(Window window, int offsetGroups) implements Op {}

  /**
   * Moves channels into blocks of pixels: {@code x -> y}; DCR mode, or CRD if {@code
   * columnRowDepth}.
   */
  record DepthToSpace(int blockSize, boolean columnRowDepth) implements Op {}

  /**
   * {@code x, scale, zeroPoint? -> y}, per tensor, per axis or in blocks.
   *
   * @param to null before shape inference for the type of the scale
   */
  record DequantizeLinear(int axis, int blockSize, @Nullable DataType to) implements Op {}

  /** To uint8 by the range of the tensor itself: {@code x -> y, scale, zeroPoint}. */
  record DynamicQuantizeLinear() implements Op {}

  /** Determinants: {@code x [..,M,M] -> y [..]}. */
  record Det() implements Op {}

  /** Einstein summation: {@code x... -> y}. */
  record Einsum(String equation) implements Op {}

  /** Broadcasts to a shape: {@code x, shape -> y}. */
  record Expand() implements Op {}

  /**
   * Replaces each number by the nearest one that a format represents, kept as float32: {@code x ->
   * y}. Made by the placement pass only.
   *
   * @param quantizer several nodes may share one
   * @param observes whether calibration updates the quantizer's range with what passes here
   * @param keepsMasked whether x goes into a Softmax over the last axis: masked scores do not count
   *     for the range and stay as they are
   */
  record FakeQuantize(QuantizerId quantizer, boolean observes, boolean keepsMasked) implements Op {
    /** Quantizes every number. */
    public FakeQuantize(QuantizerId quantizer, boolean observes) {
      this(quantizer, observes, false);
    }
  }

  /**
   * A matrix of zeros with ones on a diagonal, {@code x [M,N] -> y [M,N]}; x tells the shape.
   *
   * @param type that of x if null
   * @param k columns that the diagonal is right of the main one
   */
  record EyeLike(@Nullable DataType type, int k) implements Op {}

  /**
   * QONNX's {@code FloatQuant}: {@code x, scale, exponentBias, maxValue -> y}, the parameters
   * broadcast to x. {@code x / scale} is rounded to multiples of {@code 2^(max(floor(log2 |x /
   * scale|), 1 - exponentBias) - mantissaBits)}, limited to the largest number of such a format
   * without special codes and to {@code maxValue}, and multiplied by the scale.
   */
  record FloatQuant(int exponentBits, int mantissaBits, QuantRounding rounding) implements Op {}

  /** To two dimensions: {@code x -> y}, {@code [d0*..*d(axis-1), d(axis)*..]}. */
  record Flatten(int axis) implements Op {}

  /** Takes slices by index along an axis: {@code x, indices -> y}. */
  record Gather(int axis) implements Op {}

  /** Takes single elements by index along an axis: {@code x, indices -> y}. */
  record GatherElements(int axis) implements Op {}

  /** Takes slices by index tuples: {@code x, indices -> y}. */
  record GatherND(int batchDims) implements Op {}

  /** {@code alpha * A' * B' + beta * C}: {@code a, b, c? -> y [M,N]}. */
  record Gemm(float alpha, float beta, boolean transA, boolean transB) implements Op {}

  /** GlobalMaxPool or GlobalAveragePool: {@code x [N,C,d...] -> y [N,C,1...]}. */
  record GlobalPool(boolean max) implements Op {
    @Override
    public String onnxName() {
      return max ? "GlobalMaxPool" : "GlobalAveragePool";
    }
  }

  /** 1 at the first largest element along an axis, else 0: {@code x -> y}. */
  record Hardmax(int axis) implements Op {}

  /**
   * Samples at positions between -1 and 1: {@code x [N,C,d..], grid [N,o..,r] -> y [N,C,o..]}, r
   * spatial axes, the last one first in grid. Linear interpolation is ONNX's (bi)linear, cubic its
   * (bi)cubic.
   */
  record GridSample(Resize.Mode mode, GridSample.Padding padding, boolean alignCorners)
      implements Op {
    /** What lies outside of x. */
    public enum Padding {
      ZEROS,
      BORDER,
      REFLECTION
    }
  }

  /** {@code x, scale, bias -> y}; scale and bias per group (opset 18) or per channel (opset 21). */
  record GroupNormalization(float epsilon, int groups, boolean perGroup) implements Op {}

  /**
   * {@code x -> x}. The clean-up pass leaves it only where a graph output is an input or an
   * initializer.
   */
  record Identity() implements Op {}

  /**
   * Chooses one of two subgraphs: {@code condition -> y...}. Names in a branch are unique in the
   * whole graph and its constants are initializers of the graph, so that a branch can be put in the
   * place of the node as it stands. Shape inference does so; a graph with types has no {@code If}.
   */
  record If(Body thenBranch, Body elseBranch) implements Op {}

  /** {@code x, scale, bias -> y}, per sample and channel. */
  record InstanceNormalization(float epsilon) implements Op {}

  /**
   * Repeats a subgraph: {@code trips?, condition?, states... -> states..., rows...}. The body is
   * {@code iteration, condition, states... -> condition, states..., rows...}; a row of each
   * iteration becomes one of the result, along a new first axis. Shape inference writes the
   * iterations out; a graph with types has no {@code Loop}.
   */
  record Loop(Body body) implements Op {}

  /** {@code x, scale, bias? -> y}, over the axes from {@code axis} on. */
  record LayerNormalization(int axis, float epsilon) implements Op {}

  /**
   * The recurrence of linear attention in float32: {@code q [B,H,T,K], k [B,G,T,K], v [B,G,T,V],
   * past [B,G,K,V], decay? [B,G,T,1 or K], beta? [B,G,T,1] -> y [B,H,T,V], present? [B,G,K,V]},
   * where H is a multiple of G. ONNX's operator is imported as this with what is around it.
   */
  record LinearAttention(float scale) implements Op {}

  /** {@code x -> x / norm}, the p-norm (1 or 2) along an axis. */
  record LpNormalization(int axis, int p) implements Op {}

  /**
   * The p-norm of each window, {@code x -> y}; of whole planes (GlobalLpPool) if the window has no
   * kernel.
   */
  record LpPool(Window window, boolean ceilMode, float p) implements Op {}

  /** ONNX's {@code LRN}, local response normalization across channels: {@code x -> y}. */
  record Lrn(int size, float alpha, float beta, float bias) implements Op {
    @Override
    public String onnxName() {
      return "LRN";
    }
  }

  /**
   * Matrix product as in NumPy: {@code a [..,M,K], b [..,K,N] -> y [..,M,N]}, batch axes broadcast.
   * With {@code transB} the last two axes of b are exchanged (made by the pattern pass only).
   */
  record MatMul(boolean transB) implements Op {}

  /**
   * The maximum in each part of regions: {@code x [N,C,H,W], rois [R,5] -> y [R,C,h,w]}, a region
   * being image, left, top, right, bottom (both included), in units of {@code 1 / scale} pixels.
   */
  record MaxRoiPool(int height, int width, float scale) implements Op {}

  /** Puts what MaxPool found where it was, among zeros: {@code x, indices, outputShape? -> y}. */
  record MaxUnpool(Window window) implements Op {}

  /** {@code x -> y, indices?}. */
  record MaxPool(Window window, boolean ceilMode, boolean columnMajorIndices) implements Op {}

  /**
   * {@code indices, depth, values -> y} with a new axis of {@code depth} elements: {@code
   * values[1]} where the index along it is that in {@code indices}, else {@code values[0]}.
   */
  record OneHot(int axis) implements Op {}

  /** Index tuples of what is not zero, as int64: {@code x -> y [rank,count]}. */
  record NonZero() implements Op {}

  /** Adds a border: {@code x, pads, value?, axes? -> y}. */
  record Pad(Pad.Mode mode) implements Op {
    /** What the border holds. */
    public enum Mode {
      CONSTANT,
      EDGE,
      REFLECT,
      WRAP
    }
  }

  /**
   * QONNX's {@code Quant}, or {@code IntQuant}: {@code x, scale, zeroPoint -> y}, the parameters
   * broadcast to x. {@code x / scale + zeroPoint} is limited to integers of so many bits (narrow:
   * one less of them), rounded, and turned back.
   *
   * @param bits 1 to 32
   */
  record Quant(boolean signed, boolean narrow, int bits, QuantRounding rounding) implements Op {
    /** The least integer. */
    public double least() {
      return signed ? (narrow ? 1 : 0) - Math.scalb(1.0, bits - 1) : 0;
    }

    /** The greatest integer. */
    public double greatest() {
      return signed ? Math.scalb(1.0, bits - 1) - 1 : Math.scalb(1.0, bits) - (narrow ? 2 : 1);
    }
  }

  /**
   * {@code x, scale, zeroPoint? -> y}, per tensor, per axis or in blocks.
   *
   * @param precision the type that the quotient of x and scale is rounded to
   */
  record QuantizeLinear(int axis, int blockSize, boolean saturate, DataType to, DataType precision)
      implements Op {
    /** With quotients in float32. */
    public QuantizeLinear(int axis, int blockSize, boolean saturate, DataType to) {
      this(axis, blockSize, saturate, to, DataType.FLOAT);
    }
  }

  /** Evenly spaced numbers: {@code start, limit, delta -> y}. */
  record Range() implements Op {}

  /**
   * What follows from step to step in LSTM, GRU and RNN, in one direction: {@code gates [T,B,G*H],
   * r [G*H,H], bias? [G*H], lengths? [B], h0? [B,H], c0? [B,H], p? [3*H] -> y [T,B,H], h [B,H], c
   * [B,H]}; c0, p and c of LSTM only. The gates are the inputs of all steps times W, with the first
   * half of the bias; G is {@link RecurrentCell#gates}.
   *
   * @param reverse whether the steps of each sample run from its last to its first
   * @param hiddenSize H as the model says it, 0 if it does not
   * @param clip limits the arguments of the activation functions; infinite for none
   * @param inputForget LSTM: the forget gate is 1 minus the input gate
   * @param linearBeforeReset GRU: the reset gate applies behind the product with R
   */
  record Recurrence(
      RecurrentCell cell,
      boolean reverse,
      List<RecurrentActivation> activations,
      int hiddenSize,
      float clip,
      boolean inputForget,
      boolean linearBeforeReset)
      implements Op {
    /** Positions of the inputs. */
    public static final int GATES = 0;

    public static final int R = 1;
    public static final int BIAS = 2;
    public static final int LENGTHS = 3;
    public static final int H = 4;
    public static final int C = 5;
    public static final int P = 6;

    public Recurrence {
      activations = List.copyOf(activations);
    }

    @Override
    public String onnxName() {
      return cell.name();
    }

    /** The same for one of the directions. */
    public Recurrence inDirection(boolean backwards, List<RecurrentActivation> functions) {
      return new Recurrence(
          cell, backwards, functions, hiddenSize, clip, inputForget, linearBeforeReset);
    }
  }

  /** Reduces over axes: {@code x, axes? -> y}; over all axes without {@code axes}. */
  record Reduce(ReduceFunction function, boolean keepDims, boolean noopWithEmptyAxes)
      implements Op {
    @Override
    public String onnxName() {
      return function.onnxName();
    }
  }

  /**
   * The same elements under another shape: {@code x, shape -> y}. A 0 copies the input's dimension
   * unless {@code allowZero}; one dimension may be -1.
   */
  record Reshape(boolean allowZero) implements Op {}

  /**
   * Resampling: {@code x, roi?, scales?, sizes? -> y}. {@code axes} is empty for all axes. Upsample
   * is imported as this operator.
   */
  record Resize(
      Interpolation interpolation,
      CoordinateMode coordinates,
      float extrapolationValue,
      AspectRatio aspectRatio,
      List<Integer> axes)
      implements Op {

    /** How elements between those of the input are found. */
    public record Interpolation(
        Resize.Mode mode,
        NearestMode nearest,
        float cubicCoefficient,
        boolean excludeOutside,
        boolean antialias) {}

    public enum Mode {
      NEAREST,
      LINEAR,
      CUBIC
    }

    public enum CoordinateMode {
      HALF_PIXEL,
      HALF_PIXEL_SYMMETRIC,
      PYTORCH_HALF_PIXEL,
      ALIGN_CORNERS,
      ASYMMETRIC,
      TF_HALF_PIXEL_FOR_NN,
      TF_CROP_AND_RESIZE
    }

    public enum NearestMode {
      ROUND_PREFER_FLOOR,
      ROUND_PREFER_CEIL,
      FLOOR,
      CEIL
    }

    /** ONNX's {@code keep_aspect_ratio_policy}. */
    public enum AspectRatio {
      STRETCH,
      NOT_LARGER,
      NOT_SMALLER
    }
  }

  /**
   * Turns the first elements along the time axis around: {@code x, lengths -> y}, as many as the
   * length of the batch element says.
   */
  record ReverseSequence(int batchAxis, int timeAxis) implements Op {}

  /**
   * The mean or maximum of interpolated samples in each part of regions: {@code x [N,C,H,W], rois
   * [R,4], images [R] -> y [R,C,h,w]}, a region being left, top, right, bottom in units of {@code 1
   * / scale} pixels.
   *
   * @param samples along each axis of a part; 0 for about one per pixel
   * @param halfPixel whether positions count from the corners of pixels, not their centers
   */
  record RoiAlign(int height, int width, float scale, int samples, boolean max, boolean halfPixel)
      implements Op {}

  /** ONNX's {@code RMSNormalization}: {@code x, scale -> y}, over the axes from {@code axis} on. */
  record RmsNormalization(int axis, float epsilon) implements Op {
    @Override
    public String onnxName() {
      return "RMSNormalization";
    }
  }

  /**
   * Writes single elements by index along an axis into a copy: {@code x, indices, updates -> y}, in
   * the order of the updates.
   */
  record ScatterElements(int axis, ScatterReduction reduction) implements Op {}

  /**
   * Repeats a subgraph for the slices of tensors: {@code states..., x... -> states..., rows...}.
   * The body is {@code states..., slices... -> states..., rows...}. Shape inference writes the
   * iterations out; a graph with types has no {@code Scan}.
   *
   * @param inputs how x are cut, one for each
   * @param outputs how rows are put together, one for each
   */
  record Scan(Body body, List<Direction> inputs, List<Direction> outputs) implements Op {
    public Scan {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }

    /** An axis, and whether slices are taken or put from its end. */
    public record Direction(int axis, boolean reverse) {}
  }

  /**
   * Writes slices by index tuples into a copy: {@code x, indices, updates -> y}, in the order of
   * the updates: of equal indices the last one wins.
   */
  record ScatterND(ScatterReduction reduction) implements Op {}

  /** ONNX's {@code Shape}: the dimensions from start to end as int64: {@code x -> shape}. */
  record ShapeOf(int start, @Nullable Integer end) implements Op {
    @Override
    public String onnxName() {
      return "Shape";
    }
  }

  /** Number of elements as an int64 scalar: {@code x -> size}. */
  record Size() implements Op {}

  /** Takes a strided part: {@code x, starts, ends, axes?, steps? -> y}. */
  record Slice() implements Op {}

  /**
   * Softmax, or LogSoftmax if {@code log}, along an axis: {@code x -> y}; over all axes from {@code
   * axis} on if {@code toEnd} (opsets before 13).
   */
  record Softmax(int axis, boolean toEnd, boolean log) implements Op {
    @Override
    public String onnxName() {
      return log ? "LogSoftmax" : "Softmax";
    }
  }

  /**
   * Moves blocks of pixels into channels: {@code x -> y}; DCR mode, or CRD if {@code
   * columnRowDepth}.
   */
  record SpaceToDepth(int blockSize, boolean columnRowDepth) implements Op {}

  /** Cuts a tensor along an axis: {@code x, split? -> y...}; equal parts without {@code split}. */
  record Split(int axis) implements Op {}

  /** Removes axes of size 1: {@code x, axes? -> y}. */
  record Squeeze() implements Op {}

  /** Repeats along each axis: {@code x, repeats -> y}. */
  record Tile() implements Op {}

  /**
   * The k most extreme elements along an axis and their indices: {@code x, k -> values, indices?},
   * the most extreme first, of equal ones that of the lower index. NaN counts as the largest.
   */
  record TopK(int axis, boolean largest) implements Op {}

  /** Permutes the axes: {@code x -> y}; an empty list reverses them. */
  record Transpose(List<Integer> perm) implements Op {}

  /** Keeps the upper or lower triangle: {@code x, k? -> y}. */
  record Trilu(boolean upper) implements Op {}

  /**
   * Applies a function to every element: {@code x -> y} of the same shape. {@code alpha} and {@code
   * beta} are the attributes of the functions that have some, else 0.
   */
  record Unary(UnaryFunction function, float alpha, float beta) implements Op {
    public Unary(UnaryFunction function) {
      this(function, 0, 0);
    }

    @Override
    public String onnxName() {
      return function.onnxName();
    }
  }

  /** Inserts axes of size 1: {@code x, axes -> y}. */
  record Unsqueeze() implements Op {}

  /** Chooses element by element: {@code condition, x, y -> z}, with broadcasting. */
  record Where() implements Op {}
}
