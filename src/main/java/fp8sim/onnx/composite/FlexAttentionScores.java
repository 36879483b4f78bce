package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What {@code FlexAttention} of {@code ai.onnx.preview} computes before its first subgraph: {@code
 * q [B,H,L,D], k [B,G,S,D] -> scores [B,H,L,S]} in the type that softmax is computed in.
 *
 * @param scale null for 1 / sqrt(D)
 * @param precision null for float32, or float64 if q is
 */
public record FlexAttentionScores(@Nullable Float scale, @Nullable DataType precision)
    implements CompositeOperator {
  @Override
  public String onnxName() {
    return "FlexAttention";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireRank(0, "Q", 4);
    f.requireRank(1, "K", 4);
    f.requireFloating(0, "Q");
    DataType type = f.type(f.input(0));
    f.requireType(1, "K", type);
    Shape q = f.shape(f.input(0));
    Shape k = f.shape(f.input(1));
    if (q.dim(0) != k.dim(0) || q.dim(3) != k.dim(3)) {
      throw f.error("queries %s and keys %s do not fit", q, k);
    }
    String keys = AttentionProducts.repeated(f, "k", f.input(1), q.dim(1));
    double factor = AttentionProducts.scale(scale, q.dim(3));
    String scores = AttentionProducts.scores(f, f.input(0), keys, factor);
    DataType wide = type == DataType.DOUBLE ? type : DataType.FLOAT;
    f.give(0, f.cast("wide", scores, precision == null ? wide : precision));
  }
}
