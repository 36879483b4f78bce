package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.Op;
import fp8sim.onnx.composite.AttentionProducts.Parameters;
import fp8sim.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's {@code Attention}, with the weights of queries, keys and values side by side:
 * {@code x [B,L,C], weights [C,Q+K+V], bias? [Q+K+V], mask?, past? [2,B,H,P,D], bias? -> y [B,L,V],
 * present? [2,B,H,P+L,D]}.
 *
 * @param sizes Q, K and V; empty if equal
 * @param scale null for 1 / sqrt(D)
 * @param filter what is added to scores of hidden keys
 */
public record PackedAttention(
    int heads, boolean causal, List<Integer> sizes, @Nullable Float scale, float filter)
    implements CompositeOperator {
  private static final int BIAS = 2;
  private static final int MASK = 3;
  private static final int PAST = 4;
  private static final int ATTENTION_BIAS = 5;

  @Override
  public String onnxName() {
    return "Attention";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireRank(0, "input", 3);
    f.requireRank(1, "weights", 2);
    f.requireFloating(0, "input");
    String packed = f.apply("projection", new Op.MatMul(false), f.input(0), f.input(1));
    if (f.has(BIAS)) {
      packed = f.add("projection_bias", packed, f.input(BIAS));
    }
    List<String> parts = f.split("parts", packed, 2, partSizes(f));
    String q = AttentionProducts.heads(f, "q", parts.get(0), heads);
    String k = AttentionProducts.heads(f, "k", parts.get(1), heads);
    String v = AttentionProducts.heads(f, "v", parts.get(2), heads);
    int past = 0;
    if (f.has(PAST)) {
      List<String> cache = cache(f, q);
      past = f.shape(cache.getFirst()).dim(2);
      k = f.concat("key_cache", 2, cache.get(0), k);
      v = f.concat("value_cache", 2, cache.get(1), v);
    }
    if (f.isRead(1)) {
      f.give(1, f.concat("present", 0, stacked(f, "k", k), stacked(f, "v", v)));
    }
    AttentionMask mask = new AttentionMask(f, f.shape(q).with(3, f.shape(k).dim(2)), f.type(q));
    PaddingMask padding = new PaddingMask(filter, past);
    padding.write(mask, f, f.input(MASK), f.input(ATTENTION_BIAS), causal);
    double factor = AttentionProducts.scale(scale, f.shape(q).dim(3));
    Parameters parameters = Parameters.scale(factor, f.type(q));
    String y = AttentionProducts.write(f, q, k, v, mask.bias(), parameters).output();
    f.give(0, AttentionProducts.joined(f, y));
  }

  private int[] partSizes(Formula f) {
    int all = f.shape(f.input(1)).dim(1);
    if (!sizes.isEmpty()) {
      if (sizes.size() != 3
          || sizes.stream().mapToLong(Integer::longValue).sum() != all
          || sizes.stream().anyMatch(size -> size < 1)
          || !sizes.get(0).equals(sizes.get(1))) {
        throw f.error("qkv_hidden_sizes %s do not fit %d columns of weights", sizes, all);
      }
      return sizes.stream().mapToInt(Integer::intValue).toArray();
    }
    if (all % 3 != 0) {
      throw f.error("%d columns of weights are not three equal parts", all);
    }
    return new int[] {all / 3, all / 3, all / 3};
  }

  /** Past keys and values. */
  private static List<String> cache(Formula f, String q) {
    Shape past = f.shape(f.input(PAST));
    Shape query = f.shape(q);
    Shape expected = Shape.of(2, query.dim(0), query.dim(1), 1, query.dim(3));
    if (past.rank() != 5 || !past.with(3, 1).equals(expected)) {
      throw f.error("past has shape %s, which does not fit queries %s", past, query);
    }
    List<String> halves = f.split("past", f.input(PAST), 0, 1, 1);
    int[] dims = {past.dim(1), past.dim(2), past.dim(3), past.dim(4)};
    return List.of(
        f.reshape("past_key", halves.get(0), dims), f.reshape("past_value", halves.get(1), dims));
  }

  private static String stacked(Formula f, String suffix, String x) {
    Shape shape = f.shape(x);
    return f.reshape(
        suffix + "_stacked", x, 1, shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
  }
}
