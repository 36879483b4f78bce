package fp8sim.kernel.simd;

import fp8sim.graph.Unary;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.Binding;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Step;
import fp8sim.quant.LiveQuantizer;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The epilogue of a product, applied to each tile: a first {@link TileStage} on the way from
 * accumulators to memory, then what does not fit it, on the tile in the first-level cache.
 */
final class TileEpilogue {
  /** Something on a stored tile. */
  private sealed interface Later {
    record Apply(VectorFunction function) implements Later {}

    record Again(TileStage stage) implements Later {}

    record Quantize(VectorQuantizer vector, LiveQuantizer live) implements Later {}
  }

  /** Adding it changes nothing, not even the sign of a zero. */
  private static final float[] NOTHING = {-0f};

  private final TileStage first;
  private final List<Later> later;
  private final @Nullable Tensor residual;
  private final long residualShift;

  private TileEpilogue(
      TileStage first, List<Later> later, @Nullable Tensor residual, long residualShift) {
    this.first = first;
    this.later = later;
    this.residual = residual;
    this.residualShift = residualShift;
  }

  /**
   * Whether a step's epilogue can be applied to tiles: constants along {@code axis}, one residual.
   */
  static boolean supports(Step step, int axis) {
    int residuals = 0;
    for (Epilogue part : step.epilogue()) {
      switch (part) {
        case Epilogue.Affine affine when affine.axis() != axis -> {
          return false;
        }
        case Epilogue.Bias bias when bias.axis() != axis -> {
          return false;
        }
        case Epilogue.Residual r -> residuals++;
        default -> {}
      }
    }
    return residuals <= 1;
  }

  /**
   * The epilogue of a step.
   *
   * @param axis what channels are in tiles
   * @param channels number of channels
   * @param bias added first, one per channel, or null
   * @param scale multiplies the sums before the bias is added, unless it is 1
   */
  static TileEpilogue of(
      Step step,
      Binding binding,
      TileStage.Channels axis,
      int channels,
      float @Nullable [] bias,
      float scale) {
    Tensor y = binding.tensor(step.output());
    StageBuilder builder = new StageBuilder(axis, channels, bias, scale);
    List<Later> later = new ArrayList<>();
    Tensor residual = null;
    TileStage first = null;
    for (Epilogue part : step.epilogue()) {
      boolean slow = isLater(part);
      if (slow || !builder.accepts(part)) {
        first = close(builder, first, later);
        builder = new StageBuilder(axis, channels, null, 1f);
      }
      switch (part) {
        case Epilogue.Affine affine ->
            builder.affine(affine.alpha().tensor().toFloats(), affine.beta().tensor().toFloats());
        case Epilogue.Bias more -> builder.bias(more.bias().tensor().toFloats());
        case Epilogue.Residual other -> {
          residual = binding.tensor(other.other());
          builder.residual();
        }
        case Epilogue.FakeQuantize quantize -> {
          LiveQuantizer live = binding.quantizers().get(quantize.quantizer());
          later.add(new Later.Quantize(VectorQuantizer.of(live.quantizer()), live));
        }
        case Epilogue.Activation activation -> {
          if (activation.unary().function() == UnaryFunction.SCALE) {
            builder.affine(new float[] {activation.unary().alpha()}, NOTHING);
          } else if (!slow) {
            builder.limit(activation.unary());
          } else {
            later.add(new Later.Apply(VectorFunction.of(activation.unary())));
          }
        }
      }
    }
    first = close(builder, first, later);
    long shift = residual == null ? 0 : residual.data().address() - y.data().address();
    return new TileEpilogue(first, List.copyOf(later), residual, shift);
  }

  /** Ends a stage: it is the first, or one of the later ones unless it does nothing. */
  private static TileStage close(
      StageBuilder builder, @Nullable TileStage first, List<Later> later) {
    if (first == null) {
      return builder.build();
    }
    if (!builder.isEmpty()) {
      later.add(new Later.Again(builder.build()));
    }
    return first;
  }

  /** Whether a part works on stored tiles only. */
  private static boolean isLater(Epilogue part) {
    return switch (part) {
      case Epilogue.FakeQuantize _ -> true;
      case Epilogue.Activation activation ->
          switch (activation.unary().function()) {
            case RELU, SCALE -> false;
            case CLAMP -> !areLimits(activation.unary().alpha(), activation.unary().beta());
            default -> true;
          };
      default -> false;
    };
  }

  /** What a {@link TileStage} takes. */
  private static boolean areLimits(float low, float high) {
    int minusZero = Float.floatToRawIntBits(-0f);
    return low <= high
        && Float.floatToRawIntBits(low) != minusZero
        && Float.floatToRawIntBits(high) != minusZero;
  }

  boolean hasResidual() {
    return residual != null;
  }

  /** Where the residual of the output at an address lies. */
  long residual(long y) {
    return y + residualShift;
  }

  /** Whether {@link #apply} needs a tile whose rows lie one behind the other. */
  boolean needsDenseTile() {
    return !later.isEmpty();
  }

  /** Finishes a whole tile whose first output is (row, column). */
  void apply(
      float[] sums,
      int at,
      int rows,
      int row,
      int column,
      long y,
      long yStride,
      long other,
      long otherStride) {
    first.apply(sums, at, rows, row, column, y, yStride, other, otherStride);
    applyLater(rows, row, column, y, yStride, other, otherStride);
  }

  /** As {@link #apply} for a dense tile of which only some columns are outputs; others become 0. */
  void applyPart(
      float[] sums,
      int at,
      int rows,
      int row,
      int column,
      int lane,
      int count,
      long y,
      long other) {
    first.apply(sums, at, rows, row, column, y, Tile.ROW, other, Tile.ROW);
    if (later.isEmpty()) {
      return;
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < Tile.COLUMNS; c++) {
        if (c < lane || c >= lane + count) {
          Memory.set(y + r * (long) Tile.ROW + (long) c * Float.BYTES, 0f);
        }
      }
    }
    applyLater(rows, row, column, y, Tile.ROW, other, Tile.ROW);
  }

  private void applyLater(
      int rows, int row, int column, long y, long yStride, long other, long otherStride) {
    for (int i = 0; i < later.size(); i++) {
      switch (later.get(i)) {
        case Later.Apply apply -> {
          apply.function().apply(y, y, rows * Tile.COLUMNS);
        }
        case Later.Quantize quantize -> {
          quantize.vector().apply(y, y, rows * Tile.COLUMNS, quantize.live());
        }
        case Later.Again again -> {
          float[] tile = load(y, yStride, rows);
          again.stage().apply(tile, 0, rows, row, column, y, yStride, other, otherStride);
        }
      }
    }
  }

  private static float[] load(long y, long yStride, int rows) {
    float[] tile = Scratch.current().tileFloats();
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < Tile.COLUMNS; c++) {
        tile[r * Tile.COLUMNS + c] = Memory.get(y + r * yStride + (long) c * Float.BYTES);
      }
    }
    return tile;
  }

  /** Collects what fits one stage. */
  private static final class StageBuilder {
    private final TileStage.Channels axis;
    private final int channels;
    private float @Nullable [] bias;
    private float @Nullable [] alpha;
    private float @Nullable [] beta;
    private boolean residual;
    private boolean limited;
    private float low;
    private float high;

    StageBuilder(TileStage.Channels axis, int channels, float @Nullable [] bias, float scale) {
      this.axis = axis;
      this.channels = channels;
      if (scale == 1f) {
        this.bias = bias == null ? null : whole(bias);
      } else {
        affine(new float[] {scale}, bias == null ? NOTHING : bias);
      }
    }

    boolean isEmpty() {
      return bias == null && alpha == null && !residual && !limited;
    }

    boolean accepts(Epilogue part) {
      return switch (part) {
        case Epilogue.Bias more -> isEmpty();
        case Epilogue.Affine affine -> alpha == null && !residual && !limited;
        case Epilogue.Residual other -> !residual && !limited;
        case Epilogue.Activation activation ->
            activation.unary().function() == UnaryFunction.SCALE
                ? alpha == null && !residual && !limited
                : !limited;
        case Epilogue.FakeQuantize _ -> false;
      };
    }

    void bias(float[] values) {
      bias = whole(values);
    }

    void affine(float[] newAlpha, float[] newBeta) {
      alpha = whole(newAlpha);
      beta = whole(newBeta);
    }

    void residual() {
      residual = true;
    }

    void limit(Unary unary) {
      limited = true;
      boolean relu = unary.function() == UnaryFunction.RELU;
      low = relu ? 0f : unary.alpha();
      high = relu ? Float.POSITIVE_INFINITY : unary.beta();
    }

    TileStage build() {
      return new TileStage(axis, bias, alpha, beta, residual, limited, low, high);
    }

    /** One value for each channel, for columns filled up to whole tiles. */
    private float[] whole(float[] values) {
      int length =
          axis == TileStage.Channels.COLUMNS
              ? Math.ceilDiv(channels, Tile.COLUMNS) * Tile.COLUMNS
              : channels;
      float[] whole = new float[length];
      for (int c = 0; c < channels; c++) {
        whole[c] = values[values.length == 1 ? 0 : c];
      }
      return whole;
    }
  }
}
