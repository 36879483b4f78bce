package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.onnx.composite.AttentionProducts.Parameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's {@code MultiHeadAttention}: {@code q [B,L,H*D], k, v, bias? [Q+K+V], mask?, bias?,
 * pastKey?, pastValue? -> y [B,L,H*E], presentKey?, presentValue?, scores?}. Keys and values are
 * {@code [B,S,H*D]} or {@code [B,H,S,D]}.
 *
 * @param scale null for 1 / sqrt(D)
 * @param filter what is added to scores of hidden keys
 */
public record MultiHeadAttention(int heads, boolean causal, @Nullable Float scale, float filter)
    implements CompositeOperator {
  private static final int BIAS = 3;
  private static final int MASK = 4;
  private static final int ATTENTION_BIAS = 5;
  private static final int PAST_KEY = 6;
  private static final int PAST_VALUE = 7;

  @Override
  public String onnxName() {
    return "MultiHeadAttention";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireRank(0, "query", 3);
    f.requireFloating(0, "query");
    if (!f.has(1) || !f.has(2)) {
      throw f.error("packed queries, keys and values are not supported");
    }
    List<String> biases = biases(f);
    String q = operand(f, "q", 0, biases);
    String k = operand(f, "k", 1, biases);
    String v = operand(f, "v", 2, biases);
    int past = 0;
    if (f.has(PAST_KEY) != f.has(PAST_VALUE)) {
      throw f.error("past_key and past_value must be given together");
    }
    if (f.has(PAST_KEY)) {
      past = StandardAttention.pastLength(f, f.input(PAST_KEY), k);
      k = StandardAttention.cached(f, "key_cache", f.input(PAST_KEY), k);
      v = StandardAttention.cached(f, "value_cache", f.input(PAST_VALUE), v);
    }
    f.give(1, k);
    f.give(2, v);
    StandardAttention.requireFit(f, q, k, v);
    AttentionMask mask = new AttentionMask(f, f.shape(q).with(3, f.shape(k).dim(2)), f.type(q));
    PaddingMask padding = new PaddingMask(filter, past);
    padding.write(mask, f, f.input(MASK), f.input(ATTENTION_BIAS), causal);
    double factor = AttentionProducts.scale(scale, f.shape(q).dim(3));
    Parameters parameters = Parameters.scale(factor, f.type(q));
    AttentionProducts products = AttentionProducts.write(f, q, k, v, mask.bias(), parameters);
    f.give(0, AttentionProducts.joined(f, products.output()));
    f.give(3, products.scores());
  }

  /** The parts of the bias for queries, keys and values; empty without. */
  private static List<String> biases(Formula f) {
    if (!f.has(BIAS)) {
      return List.of();
    }
    f.requireRank(BIAS, "bias", 1);
    int query = f.shape(f.input(0)).dim(2);
    int all = f.shape(f.input(BIAS)).dim(0);
    if (all <= 2 * query) {
      throw f.error("a bias of %d does not fit queries of %d", all, query);
    }
    return f.split("biases", f.input(BIAS), 0, query, query, all - 2 * query);
  }

  private String operand(Formula f, String suffix, int i, List<String> biases) {
    String x = f.input(i);
    f.requireType(i, suffix, f.type(f.input(0)));
    f.requireRank(i, suffix, 3, 4);
    if (f.shape(x).rank() == 4) {
      return x;
    }
    return AttentionProducts.heads(
        f, suffix, biases.isEmpty() ? x : f.add(suffix + "_bias", x, biases.get(i)), heads);
  }
}
