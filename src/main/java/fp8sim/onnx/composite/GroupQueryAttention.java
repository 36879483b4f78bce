package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.onnx.composite.AttentionProducts.Parameters;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's {@code GroupQueryAttention}, causal attention of decoders: {@code q [B,L,H*D], k?
 * [B,L,G*D], v?, pastKey? [B,G,P,D], pastValue?, lengths [B], total, cosine?, sine?, positions?,
 * bias? -> y [B,L,H*D], presentKey, presentValue}. Without k and v these are packed behind q.
 * {@code lengths} holds the number of keys of each sample less one; {@code total}, the largest
 * number of keys, must be known.
 *
 * @param heads H, and G as {@code keys}
 * @param scale null for 1 / sqrt(D)
 * @param softcap 0 for none
 * @param window how many keys a query sees, its own among them; none or less for all
 * @param rotation of queries and keys, null for none
 */
public record GroupQueryAttention(
    StandardAttention.Heads heads,
    @Nullable Float scale,
    float softcap,
    int window,
    @Nullable Boolean rotation)
    implements CompositeOperator {
  private static final int LENGTHS = 5;
  private static final int TOTAL = 6;
  private static final int COSINE = 7;
  private static final int SINE = 8;
  private static final int POSITIONS = 9;
  private static final int ATTENTION_BIAS = 10;

  @Override
  public String onnxName() {
    return "GroupQueryAttention";
  }

  @Override
  public List<Integer> shapeOperands() {
    return List.of(TOTAL);
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    List<String> operands = operands(f);
    String q = operands.get(0);
    String k = operands.get(1);
    DecoderCache cache = DecoderCache.of(f, k, f.input(LENGTHS), total(f));
    if (rotation != null) {
      String cosine = rows(f, "cosine", COSINE, cache);
      String sine = rows(f, "sine", SINE, cache);
      Rotation turn = new Rotation(rotation, 2 * f.shape(cosine).dim(3));
      q = turn.apply(f, "q", q, cosine, sine);
      k = turn.apply(f, "k", k, cosine, sine);
    }
    String keys = cache.append(f, "key_cache", f.input(3), k);
    String values = cache.append(f, "value_cache", f.input(4), operands.get(2));
    f.give(1, keys);
    f.give(2, values);
    AttentionMask mask = new AttentionMask(f, f.shape(q).with(3, f.shape(keys).dim(2)), f.type(q));
    cache.hide(mask, window > 0 ? window - 1 : -1);
    if (f.has(ATTENTION_BIAS)) {
      mask.add(f.input(ATTENTION_BIAS));
    }
    double factor = AttentionProducts.scale(scale, f.shape(q).dim(3));
    String y =
        AttentionProducts.write(
                f,
                q,
                AttentionProducts.repeated(f, "k", keys, heads.queries()),
                AttentionProducts.repeated(f, "v", values, heads.queries()),
                mask.bias(),
                new Parameters(factor, softcap, f.type(q)))
            .output();
    f.give(0, AttentionProducts.joined(f, y));
  }

  /** Queries, keys and values {@code [B,H or G,L,D]}. */
  private List<String> operands(Formula f) {
    f.requireRank(0, "query", 3);
    f.requireFloating(0, "query");
    if (!f.has(LENGTHS) || !f.has(TOTAL)) {
      throw f.error("seqlens_k and total_sequence_length are needed");
    }
    List<String> parts = List.of(f.input(0), f.input(1), f.input(2));
    f.requireType(LENGTHS, "seqlens_k", DataType.INT32);
    if (f.has(1) != f.has(2) || f.has(3) != f.has(4)) {
      throw f.error("key and value, and past_key and past_value, must be given together");
    }
    if (f.has(1)) {
      f.requireRank(1, "key", 3);
      f.requireRank(2, "value", 3);
    } else {
      int width = f.shape(f.input(0)).dim(2);
      long all = heads.queries() + 2L * heads.keys();
      if (width % all != 0) {
        throw f.error("%d columns cannot be cut into %d heads", width, all);
      }
      int keys = (int) (width / all) * heads.keys();
      parts = f.split("parts", f.input(0), 2, width - 2 * keys, keys, keys);
    }
    String q = AttentionProducts.heads(f, "q", parts.get(0), heads.queries());
    String k = AttentionProducts.heads(f, "k", parts.get(1), heads.keys());
    String v = AttentionProducts.heads(f, "v", parts.get(2), heads.keys());
    Shape query = f.shape(q);
    if (!f.shape(k).equals(query.with(1, heads.keys())) || !f.shape(v).equals(f.shape(k))) {
      throw f.error("queries %s, keys %s and values %s do not fit", query, f.shape(k), f.shape(v));
    }
    return List.of(q, k, v);
  }

  /** Negative if there is no cache. */
  private static int total(Formula f) {
    Tensor known = f.known(f.input(TOTAL));
    if (known == null && f.has(3)) {
      throw f.error("total_sequence_length must be known before the network runs");
    }
    f.requireElements(f.input(TOTAL), "total_sequence_length", 1);
    f.requireType(TOTAL, "total_sequence_length", DataType.INT32);
    return known == null ? -1 : known.data().get(Tensor.INT, 0);
  }

  private static String rows(Formula f, String suffix, int i, DecoderCache cache) {
    if (!f.has(i)) {
      throw f.error("do_rotary needs cos_cache and sin_cache");
    }
    if (!f.has(POSITIONS)) {
      return Rotation.rows(f, suffix, f.input(i), cache.positions(f), true);
    }
    Shape query = f.shape(f.input(0));
    f.requireShape(f.input(POSITIONS), "position_ids", Shape.of(query.dim(0), query.dim(1)));
    String positions = f.cast("position_ids", f.input(POSITIONS), DataType.INT64);
    return Rotation.rows(f, suffix, f.input(i), positions, true);
  }
}
