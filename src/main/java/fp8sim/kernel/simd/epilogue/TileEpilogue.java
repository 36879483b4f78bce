package fp8sim.kernel.simd.epilogue;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.OutputTile;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.kernel.simd.vector.VectorFunction;
import fp8sim.kernel.simd.vector.VectorQuantizer;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Step;
import fp8sim.quant.QuantizerState;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The epilogue of a product, applied to each tile: a first {@link TileStage} on the way from
 * accumulators to memory, then what does not fit it, on the tile in the first-level cache.
 */
@InPhase(Phase.OUTPUTS)
public final class TileEpilogue {
  /** Something on a stored tile. */
  private sealed interface Later {
    record Apply(VectorFunction function) implements Later {}

    record Again(TileStage stage) implements Later {}

    record Quantize(VectorQuantizer vector) implements Later {}
  }

  private final TileStage first;
  private final Later[] later;
  private final boolean needsDenseTile;
  private final @Nullable Tensor residual;
  private final long residualShift;

  private TileEpilogue(
      TileStage first, List<Later> later, @Nullable Tensor residual, long residualShift) {
    this.first = first;
    this.later = later.toArray(new Later[0]);
    needsDenseTile = !later.isEmpty() && !(later.getLast() instanceof Later.Quantize);
    this.residual = residual;
    this.residualShift = residualShift;
  }

  /**
   * Whether a step's epilogue can be applied to tiles: constants along {@code axis}, one residual.
   */
  public static boolean supports(Step step, int axis) {
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

  /** The constant that a Gemm adds to each column, or null. */
  public static float @Nullable [] columnBias(Step step) {
    if (!(step.op() instanceof Op.Gemm gemm)) {
      return null;
    }
    float[] bias = StepOperands.constant(step.optionalInput(2));
    if (bias != null && gemm.beta() != 1f) {
      for (int i = 0; i < bias.length; i++) {
        bias[i] *= gemm.beta();
      }
    }
    return bias;
  }

  /** The epilogue of a Conv, with its bias; see {@link #of}. */
  public static TileEpilogue ofConv(
      Step step, Binding binding, TileStage.Channels axis, int channels) {
    float[] bias = StepOperands.constant(step.optionalInput(2));
    return of(step, binding, axis, channels, bias, 1f);
  }

  /**
   * The epilogue of a step.
   *
   * @param axis what channels are in tiles
   * @param channels number of channels
   * @param bias added first, one per channel, or null
   * @param scale multiplies the sums before the bias is added, unless it is 1
   */
  public static TileEpilogue of(
      Step step,
      Binding binding,
      TileStage.Channels axis,
      int channels,
      float @Nullable [] bias,
      float scale) {
    Tensor y = binding.tensor(step.output());
    TileStageBuilder builder = new TileStageBuilder(axis, channels, bias, scale);
    List<Later> later = new ArrayList<>();
    Tensor residual = null;
    TileStage first = null;
    for (Epilogue part : step.epilogue()) {
      Later next = later(part, binding, builder);
      if (next != null || !builder.accepts(part)) {
        first = close(builder, first, later);
        builder = new TileStageBuilder(axis, channels, null, 1f);
      }
      if (next != null) {
        later.add(next);
      } else if (part instanceof Epilogue.Residual other) {
        residual = binding.tensor(other.other());
        builder.residual();
      } else {
        builder.add(part);
      }
    }
    first = close(builder, first, later);
    long shift = residual == null ? 0 : residual.data().address() - y.data().address();
    return new TileEpilogue(first, later, residual, shift);
  }

  /** Ends a stage: it is the first, or one of the later ones unless it does nothing. */
  private static TileStage close(
      TileStageBuilder builder, @Nullable TileStage first, List<Later> later) {
    if (first == null) {
      return builder.build();
    }
    if (!builder.isEmpty()) {
      later.add(new Later.Again(builder.build()));
    }
    return first;
  }

  /** What a part does on stored tiles, or null if it belongs to a stage. */
  private static @Nullable Later later(Epilogue part, Binding binding, TileStageBuilder stage) {
    return switch (part) {
      case Epilogue.FakeQuantize quantize -> {
        QuantizerState live = binding.quantizers().get(quantize.quantizer());
        yield new Later.Quantize(stage.moveLimits(VectorQuantizer.of(live)));
      }
      case Epilogue.Activation activation when !isInStage(activation.unary()) ->
          new Later.Apply(VectorFunction.of(activation.unary()));
      default -> null;
    };
  }

  private static boolean isInStage(Op.Unary unary) {
    return switch (unary.function()) {
      case RELU, SCALE -> true;
      case CLAMP -> areLimits(unary.alpha(), unary.beta());
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

  public boolean hasResidual() {
    return residual != null;
  }

  /** Where the residual of the output at an address lies. */
  long residual(long y) {
    return y + residualShift;
  }

  /** Whether a part of it quantizes one number after the other. */
  public boolean hasScalarQuantizer() {
    return Arrays.stream(later)
        .anyMatch(part -> part instanceof Later.Quantize q && !q.vector().isVectorized());
  }

  /** Whether {@link #apply} gives a tile only whose rows lie one behind the other. */
  public boolean needsDenseTile() {
    return needsDenseTile;
  }

  /**
   * Finishes a tile, whose sums stay as they are.
   *
   * @return whether all that was quantized in the tile's lanes was finite
   */
  public boolean apply(OutputTile tile) {
    if (later.length == 0) {
      first.apply(tile.sums(), tile.start(), tile, tile.target(), tile.targetStride());
      return true;
    }
    long work = tile.work();
    first.apply(tile.sums(), tile.start(), tile, work, TileShape.ROW);
    boolean finite = true;
    for (int i = 0; i < later.length; i++) {
      Later part = later[i];
      if (part instanceof Later.Quantize quantize) {
        finite &= quantize(quantize.vector(), tile, i == later.length - 1);
      } else if (part instanceof Later.Apply apply) {
        apply.function().apply(work, work, tile.rows() * TileShape.COLUMNS);
      } else if (part instanceof Later.Again again) {
        again.stage().apply(load(work, tile.rows()), 0, tile, work, TileShape.ROW);
      }
    }
    return finite;
  }

  /** Quantizes what lies between, and the last time sends it to its target. */
  private static boolean quantize(VectorQuantizer vector, OutputTile tile, boolean last) {
    long to = last ? tile.target() : tile.work();
    long stride = last ? tile.targetStride() : TileShape.ROW;
    return vector.applyRows(
        tile.work(), TileShape.ROW, to, stride, tile.rows(), tile.lane(), tile.lanes());
  }

  private static float[] load(long dense, int rows) {
    float[] tile = Scratch.current().tileFloats();
    for (int i = 0; i < rows * TileShape.COLUMNS; i++) {
      tile[i] = Memory.get(dense + (long) i * Float.BYTES);
    }
    return tile;
  }
}
