package fp8sim.kernel.simd;

import fp8sim.graph.Unary;
import fp8sim.graph.UnaryFunction;
import fp8sim.plan.Epilogue;
import org.jspecify.annotations.Nullable;

/** Collects what fits one stage. */
final class TileStageBuilder {
  /** Adding it changes nothing, not even the sign of a zero. */
  private static final float[] NOTHING = {-0f};

  private final TileStage.Channels axis;
  private final int channels;
  private float @Nullable [] bias;
  private float @Nullable [] alpha;
  private float @Nullable [] beta;
  private boolean fused;
  private boolean residual;
  private boolean limited;
  private float low;
  private float high;

  TileStageBuilder(TileStage.Channels axis, int channels, float @Nullable [] bias, float scale) {
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

  /** Takes a part; the residual is given apart. */
  void add(Epilogue part) {
    switch (part) {
      case Epilogue.Affine affine -> {
        affine(affine.alpha().tensor().toFloats(), affine.beta().tensor().toFloats());
        fused = affine.fused();
      }
      case Epilogue.Bias more -> bias = whole(more.bias().tensor().toFloats());
      case Epilogue.Activation activation
          when activation.unary().function() == UnaryFunction.SCALE ->
          affine(new float[] {activation.unary().alpha()}, NOTHING);
      case Epilogue.Activation activation -> limit(activation.unary());
      case Epilogue.Residual _, Epilogue.FakeQuantize _ ->
          throw new IllegalStateException("no part of a stage: " + part);
    }
  }

  void residual() {
    residual = true;
  }

  /** Moves limits into the quantizer behind this stage, if it takes them. */
  VectorQuantizer moveLimits(VectorQuantizer next) {
    VectorQuantizer limiting = limited ? next.limited(low, high) : null;
    if (limiting == null) {
      return next;
    }
    limited = false;
    return limiting;
  }

  private void affine(float[] newAlpha, float[] newBeta) {
    alpha = whole(newAlpha);
    beta = whole(newBeta);
  }

  private void limit(Unary unary) {
    limited = true;
    boolean relu = unary.function() == UnaryFunction.RELU;
    low = relu ? 0f : unary.alpha();
    high = relu ? Float.POSITIVE_INFINITY : unary.beta();
  }

  TileStage build() {
    return new TileStage(axis, bias, alpha, beta, fused, residual, limited, low, high);
  }

  /** One value for each channel, and for columns enough for a whole tile from any of them on. */
  private float[] whole(float[] values) {
    boolean areColumns = axis == TileStage.Channels.COLUMNS;
    float[] whole = new float[areColumns ? channels + Tile.COLUMNS : channels];
    for (int c = 0; c < channels; c++) {
      whole[c] = values[values.length == 1 ? 0 : c];
    }
    return whole;
  }
}
