package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX's {@code LinearAttention}: heads are cut, types widened to float32, and the recurrence left
 * to an operator of its own. {@code q [B,T,H*K], k [B,T,G*K], v [B,T,G*V], past? [B,G,K,V], decay?
 * [B,T,G or G*K], beta? [B,T,G or 1] -> y [B,T,H*V], present [B,G,K,V]}.
 *
 * @param scale null for 1 / sqrt(K)
 * @param gated whether the state decays
 * @param delta whether what the state already yields is taken off new values
 */
public record LinearAttention(
    StandardAttention.Heads heads, @Nullable Float scale, boolean gated, boolean delta)
    implements CompositeOperator {
  private static final int PAST = 3;
  private static final int DECAY = 4;
  private static final int BETA = 5;

  @Override
  public String onnxName() {
    return "LinearAttention";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    check(f);
    int groups = heads.keys();
    String q = wide(f, "q", AttentionProducts.heads(f, "q", f.input(0), heads.queries()));
    String k = wide(f, "k", AttentionProducts.heads(f, "k", f.input(1), groups));
    String v = wide(f, "v", AttentionProducts.heads(f, "v", f.input(2), groups));
    Shape key = f.shape(k);
    if (!f.shape(q).equals(key.with(1, heads.queries()))
        || !f.shape(v).equals(key.with(3, f.shape(v).dim(3)))) {
      throw f.error("queries %s, keys %s and values %s do not fit", f.shape(q), key, f.shape(v));
    }
    String past = past(f, Shape.of(key.dim(0), groups, key.dim(3), f.shape(v).dim(3)));
    String decay = gated ? decay(f, key) : "";
    String beta = delta ? beta(f, key) : "";
    float factor = (float) AttentionProducts.scale(scale, key.dim(3));
    List<String> results =
        f.applyAll("", new Op.LinearAttention(factor), 2, q, k, v, past, decay, beta);
    DataType type = f.type(f.input(0));
    f.give(0, f.cast("narrow", AttentionProducts.joined(f, results.get(0)), type));
    f.give(1, f.cast("state", results.get(1), f.has(PAST) ? f.type(f.input(PAST)) : type));
  }

  private void check(Formula f) {
    for (int i = 0; i < 3; i++) {
      f.requireRank(i, "input " + i, 3);
      f.requireFloating(i, "input " + i);
    }
    if (gated != f.has(DECAY) || delta != f.has(BETA)) {
      throw f.error("its update rule %s decay and %s beta", needs(gated), needs(delta));
    }
  }

  private static String needs(boolean needed) {
    return needed ? "needs" : "has no";
  }

  private static String wide(Formula f, String suffix, String x) {
    return f.cast(suffix + "_wide", x, DataType.FLOAT);
  }

  private static String past(Formula f, Shape state) {
    if (f.has(PAST)) {
      f.requireFloating(PAST, "past_state");
      f.requireShape(f.input(PAST), "past_state", state);
      return wide(f, "past", f.input(PAST));
    }
    return f.zeros("no_past", DataType.FLOAT, state.dims());
  }

  /** Factors of the state, {@code [B,G,T,1 or K]}. */
  private String decay(Formula f, Shape key) {
    int width = requireRows(f, DECAY, "decay", key);
    if (width != heads.keys() && width != heads.keys() * key.dim(3)) {
      throw f.error("decay has rows of %d for %d heads of %d", width, heads.keys(), key.dim(3));
    }
    String cut = AttentionProducts.heads(f, "decay", f.input(DECAY), heads.keys());
    return f.unary("decay_factor", UnaryFunction.EXP, wide(f, "decay", cut));
  }

  /** Rates of each step, {@code [B,G,T,1]}. */
  private String beta(Formula f, Shape key) {
    int width = requireRows(f, BETA, "beta", key);
    if (width != heads.keys() && width != 1) {
      throw f.error("beta has rows of %d for %d heads", width, heads.keys());
    }
    String beta = wide(f, "beta", AttentionProducts.heads(f, "beta", f.input(BETA), width));
    return f.expand("beta_of_heads", beta, key.dim(0), heads.keys(), key.dim(2), 1);
  }

  private static int requireRows(Formula f, int i, String role, Shape key) {
    f.requireRank(i, role, 3);
    f.requireFloating(i, role);
    Shape shape = f.shape(f.input(i));
    if (shape.dim(0) != key.dim(0) || shape.dim(1) != key.dim(2)) {
      throw f.error("%s has shape %s, which does not fit keys %s", role, shape, key);
    }
    return shape.dim(2);
  }
}
