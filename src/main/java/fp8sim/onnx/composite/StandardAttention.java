package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.onnx.composite.AttentionMask.Bias;
import fp8sim.onnx.composite.AttentionProducts.Parameters;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * ONNX's {@code Attention}: {@code q, k, v, mask?, pastKey?, pastValue?, lengths? -> y,
 * presentKey?, presentValue?, scores?}.
 *
 * @param heads given for {@code [B,L,H*D]} inputs
 * @param scale null for 1 / sqrt(D)
 * @param softcap 0 for none
 * @param precision the type of softmax, or null for that of the inputs
 * @param scoresMode what the last output is: 0 scores, 1 after the cap, 2 with the mask, 3
 *     probabilities
 */
public record StandardAttention(
    Heads heads,
    Visibility visibility,
    @Nullable Float scale,
    float softcap,
    @Nullable DataType precision,
    int scoresMode)
    implements CompositeOperator {
  /** Numbers of heads, 0 where the inputs have an axis of their own for them. */
  public record Heads(int queries, int keys) {}

  /**
   * What a query sees: nothing behind itself if causal, and how far to the left and right; negative
   * for no limit.
   */
  public record Visibility(boolean causal, int left, int right) {}

  private static final int MASK = 3;
  private static final int PAST_KEY = 4;
  private static final int PAST_VALUE = 5;
  private static final int LENGTHS = 6;

  @Override
  public String onnxName() {
    return "Attention";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    check(f);
    boolean isFlat = f.shape(f.input(0)).rank() == 3;
    String query = isFlat ? AttentionProducts.heads(f, "q", f.input(0), heads.queries) : f.input(0);
    String key = isFlat ? AttentionProducts.heads(f, "k", f.input(1), heads.keys) : f.input(1);
    String value = isFlat ? AttentionProducts.heads(f, "v", f.input(2), heads.keys) : f.input(2);
    if (f.has(PAST_KEY)) {
      key = cached(f, "key_cache", f.input(PAST_KEY), key);
      value = cached(f, "value_cache", f.input(PAST_VALUE), value);
    }
    f.give(1, key);
    f.give(2, value);
    int count = f.shape(query).dim(1);
    String k = AttentionProducts.repeated(f, "k", key, count);
    String sameType = f.cast("v", value, f.type(query));
    String v = AttentionProducts.repeated(f, "v", sameType, count);
    requireFit(f, query, k, v);
    AttentionProducts products =
        AttentionProducts.write(f, query, k, v, bias(f, query, k), parameters(f, query));
    f.give(0, isFlat ? AttentionProducts.joined(f, products.output()) : products.output());
    f.give(3, shown(products));
  }

  private void check(Formula f) {
    f.requireRank(0, "Q", 3, 4);
    int rank = f.shape(f.input(0)).rank();
    f.requireRank(1, "K", rank);
    f.requireRank(2, "V", rank);
    for (int i = 0; i < 3; i++) {
      f.requireFloating(i, "QKV".substring(i, i + 1));
    }
    f.requireType(1, "K", f.type(f.input(0)));
    if (rank == 3 && (heads.queries < 1 || heads.keys < 1)) {
      throw f.error("inputs of rank 3 need q_num_heads and kv_num_heads");
    }
    if (f.has(PAST_KEY) != f.has(PAST_VALUE)) {
      throw f.error("past_key and past_value must be given together");
    }
    if (f.has(LENGTHS)) {
      f.requireType(LENGTHS, "nonpad_kv_seqlen", DataType.INT64);
      f.requireShape(f.input(LENGTHS), "nonpad_kv_seqlen", Shape.of(f.shape(f.input(0)).dim(0)));
      if (f.has(PAST_KEY)) {
        throw f.error("nonpad_kv_seqlen cannot be used with past_key");
      }
    }
  }

  /** How many keys a cache holds. */
  static int pastLength(Formula f, String past, String now) {
    Shape expected = f.shape(now);
    Shape shape = f.shape(past);
    if (shape.rank() != 4 || !shape.with(2, 1).equals(expected.with(2, 1))) {
      throw f.error("a cache of shape %s does not fit %s", shape, expected);
    }
    return shape.dim(2);
  }

  /** A cache with what is new behind it. */
  static String cached(Formula f, String suffix, String past, String now) {
    pastLength(f, past, now);
    return f.concat(suffix, 2, past, now);
  }

  static void requireFit(Formula f, String q, String k, String v) {
    Shape query = f.shape(q);
    Shape key = f.shape(k);
    Shape value = f.shape(v);
    if (query.dim(0) != key.dim(0)
        || query.dim(3) != key.dim(3)
        || key.dim(0) != value.dim(0)
        || key.dim(2) != value.dim(2)) {
      throw f.error(
          "queries %s, keys %s and values %s (batch, heads, length, size) do not fit",
          query, key, value);
    }
  }

  private Parameters parameters(Formula f, String q) {
    double factor = AttentionProducts.scale(scale, f.shape(q).dim(3));
    return new Parameters(factor, softcap, precision == null ? f.type(q) : precision);
  }

  private Bias bias(Formula f, String q, String k) {
    Shape query = f.shape(q);
    int keys = f.shape(k).dim(2);
    AttentionMask mask = new AttentionMask(f, query.with(3, keys), f.type(q));
    if (f.has(MASK)) {
      mask.input(f.input(MASK));
    }
    int ahead = visibility.causal ? 0 : visibility.right;
    if (f.has(LENGTHS)) {
      String lengths = f.reshape("lengths", f.input(LENGTHS), query.dim(0), 1, 1, 1);
      mask.lengths(lengths);
      String first = f.subtract("first_position", lengths, f.longs("queries", query.dim(2)));
      mask.window(first, visibility.left, ahead);
    } else {
      int past = f.has(PAST_KEY) ? f.shape(f.input(PAST_KEY)).dim(2) : 0;
      mask.window(past, visibility.left, ahead);
    }
    return mask.bias();
  }

  private String shown(AttentionProducts products) {
    return switch (scoresMode) {
      case 0 -> products.scores();
      case 1 -> products.capped();
      case 2 -> products.biased();
      default -> products.probabilities();
    };
  }
}
