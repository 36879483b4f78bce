package fp8sim.onnx.composite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.onnx.composite.AttentionMask.Bias;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * {@code softmax(cap(scale * q k') + bias) v} of {@code q [B,H,L,D], k [B,H,S,D], v [B,H,S,E]},
 * where {@code cap(x) = c * tanh(x / c)}, as exporters write it. In float16 and bfloat16 q and k
 * are multiplied by the root of the scale each, so that scores do not overflow, as ONNX's text
 * asks.
 *
 * @param scores {@code scale * q k'}
 * @param capped the same after the cap
 * @param biased the same with the mask
 * @param probabilities zero in rows without keys
 * @param output {@code [B,H,L,E]}, zero in rows without keys
 */
record AttentionProducts(
    String scores, String capped, String biased, String probabilities, String output) {
  /**
   * Numbers of attention.
   *
   * @param softcap 0 for none
   * @param precision the type that softmax is computed in
   */
  record Parameters(double scale, double softcap, DataType precision) {
    static Parameters scale(double scale, DataType type) {
      return new Parameters(scale, 0, type);
    }
  }

  /** Writes attention; all operands have the same type. */
  static AttentionProducts write(
      Formula f, String q, String k, String v, Bias bias, Parameters parameters) {
    String scores = scores(f, q, k, parameters.scale);
    String capped = cap(f, scores, parameters.softcap);
    String finite = bias.finite().isEmpty() ? capped : f.add("masked", capped, bias.finite());
    String probabilities = softmax(f, finite, parameters.precision);
    String output = f.apply("", new Op.MatMul(false), probabilities, v);
    if (bias.emptyRows().isEmpty()) {
      return new AttentionProducts(scores, capped, finite, probabilities, output);
    }
    // Nobody need read these: what is unread is dropped.
    return new AttentionProducts(
        scores,
        capped,
        f.add("biased", capped, bias.sum()),
        withoutEmpty(f, "probabilities", bias, probabilities),
        withoutEmpty(f, "guarded", bias, output));
  }

  /** What scores are multiplied by: {@code 1 / sqrt(D)} unless it is given. */
  static double scale(@Nullable Float given, int headSize) {
    return given == null ? 1 / Math.sqrt(headSize) : given;
  }

  /** {@code scale * q k'}. */
  static String scores(Formula f, String q, String k, double scale) {
    Op.MatMul product = new Op.MatMul(true);
    if (f.type(q).bytes() > 2) {
      return f.scaled("scaled", f.apply("scores", product, q, k), scale);
    }
    double root = Math.sqrt(scale);
    return f.apply("scores", product, f.scaled("q_scaled", q, root), f.scaled("k_scaled", k, root));
  }

  private static String withoutEmpty(Formula f, String suffix, Bias bias, String value) {
    return f.where(suffix, bias.emptyRows(), f.scalar(suffix + "_zero", f.type(value), 0), value);
  }

  static String cap(Formula f, String scores, double softcap) {
    if (softcap == 0) {
      return scores;
    }
    DataType type = f.type(scores);
    String part =
        f.binary("share_of_cap", BinaryFunction.DIV, scores, f.scalar("cap", type, softcap));
    return f.scaled("capped", f.unary("tanh", UnaryFunction.TANH, part), softcap);
  }

  static String softmax(Formula f, String scores, DataType precision) {
    DataType type = f.type(scores);
    String cast = f.cast("softmax_scores", scores, precision);
    String softmax = f.apply("softmax", new Op.Softmax(-1, false, false), cast);
    return f.cast("softmax_result", softmax, type);
  }

  /** {@code [B,L,H*D]} as {@code [B,H,L,D]}. */
  static String heads(Formula f, String suffix, String x, int heads) {
    Shape shape = f.shape(x);
    if (heads < 1 || shape.dim(2) % heads != 0) {
      throw f.error("%s of shape %s cannot be cut into %d heads", suffix, shape, heads);
    }
    String cut =
        f.reshape(suffix + "_cut", x, shape.dim(0), shape.dim(1), heads, shape.dim(2) / heads);
    return f.transpose(suffix + "_heads", cut, 0, 2, 1, 3);
  }

  /** {@code [B,H,L,D]} as {@code [B,L,H*D]}. */
  static String joined(Formula f, String x) {
    String rows = f.transpose("rows", x, 0, 2, 1, 3);
    Shape shape = f.shape(rows);
    return f.reshape("joined", rows, shape.dim(0), shape.dim(1), shape.elements(2, 4));
  }

  /** Keys or values {@code [B,H,S,D]} with each head repeated for its group of queries' heads. */
  static String repeated(Formula f, String suffix, String x, int heads) {
    Shape shape = f.shape(x);
    int own = shape.dim(1);
    if (own == heads) {
      return x;
    }
    if (own == 0 || heads % own != 0) {
      throw f.error("%d heads of queries cannot share %d heads of keys", heads, own);
    }
    int[] one = {shape.dim(0), own, 1, shape.dim(2), shape.dim(3)};
    int[] all = {shape.dim(0), own, heads / own, shape.dim(2), shape.dim(3)};
    String groups = f.reshape(suffix + "_group", x, one);
    String copies = f.expand(suffix + "_copies", groups, all);
    return f.reshape(suffix + "_repeated", copies, all[0], heads, all[3], all[4]);
  }
}
