package fp8sim.kernel.simd.epilogue;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.kernel.simd.vector.VectorQuantizer;
import fp8sim.plan.Epilogue;
import org.jspecify.annotations.Nullable;

/** Collects what fits one stage. */
final class TileStageBuilder {
  /** Adding it changes nothing, not even the sign of a zero. */
  private static final float[] NOTHING = {-0f};

  private final TileStage.Channels axis;
  private final int channels;
  private float @Nullable [] bias;
  private TileStage.@Nullable Scaling scaling;
  private boolean residual;
  private TileStage.@Nullable Clamp limits;

  TileStageBuilder(TileStage.Channels axis, int channels, float @Nullable [] bias, float scale) {
    this.axis = axis;
    this.channels = channels;
    if (scale == 1f) {
      this.bias = bias == null ? null : whole(bias);
    } else {
      scale(new float[] {scale}, bias == null ? NOTHING : bias, false);
    }
  }

  boolean isEmpty() {
    return bias == null && scaling == null && !residual && limits == null;
  }

  boolean accepts(Epilogue part) {
    return switch (part) {
      case Epilogue.Bias more -> isEmpty();
      case Epilogue.Affine affine -> scaling == null && !residual && limits == null;
      case Epilogue.Residual other -> !residual && limits == null;
      case Epilogue.Activation activation ->
          activation.unary().function() == UnaryFunction.SCALE
              ? scaling == null && !residual && limits == null
              : limits == null;
      case Epilogue.FakeQuantize _ -> false;
    };
  }

  /** Takes a part; the residual is given apart. */
  void add(Epilogue part) {
    switch (part) {
      case Epilogue.Affine affine -> {
        float[] alpha = affine.alpha().tensor().toFloats();
        scale(alpha, affine.beta().tensor().toFloats(), affine.fused());
      }
      case Epilogue.Bias more -> bias = whole(more.bias().tensor().toFloats());
      case Epilogue.Activation activation
          when activation.unary().function() == UnaryFunction.SCALE ->
          scale(new float[] {activation.unary().alpha()}, NOTHING, false);
      case Epilogue.Activation activation -> limits = limits(activation.unary());
      case Epilogue.Residual _, Epilogue.FakeQuantize _ ->
          throw new IllegalStateException("no part of a stage: " + part);
    }
  }

  void residual() {
    residual = true;
  }

  /** Moves limits into the quantizer behind this stage, if it takes them. */
  VectorQuantizer moveLimits(VectorQuantizer next) {
    VectorQuantizer limiting = limits == null ? null : next.limited(limits.low(), limits.high());
    if (limiting == null) {
      return next;
    }
    limits = null;
    return limiting;
  }

  private void scale(float[] alpha, float[] beta, boolean fused) {
    scaling = new TileStage.Scaling(whole(alpha), whole(beta), fused);
  }

  private static TileStage.Clamp limits(Op.Unary unary) {
    return unary.function() == UnaryFunction.RELU
        ? new TileStage.Clamp(0f, Float.POSITIVE_INFINITY)
        : new TileStage.Clamp(unary.alpha(), unary.beta());
  }

  TileStage build() {
    return new TileStage(axis, bias, scaling, residual, limits);
  }

  /** One value for each channel, and for columns enough for a whole tile from any of them on. */
  private float[] whole(float[] values) {
    boolean areColumns = axis == TileStage.Channels.COLUMNS;
    float[] whole = new float[areColumns ? channels + TileShape.COLUMNS : channels];
    for (int c = 0; c < channels; c++) {
      whole[c] = values[values.length == 1 ? 0 : c];
    }
    return whole;
  }
}
