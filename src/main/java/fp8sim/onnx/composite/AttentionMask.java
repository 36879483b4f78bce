package fp8sim.onnx.composite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.ReduceFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a query may attend to, as a sum of what is added to the scores {@code [B,H,L,S]}: 0
 * for a key that counts, minus infinity for one that does not, or any number of a float mask.
 */
final class AttentionMask {
  /**
   * What scores of a row without any key are lowered by, so that its softmax stays finite; the
   * row's output is zero anyway. Scores this low are not counted in ranges (semantics.md, section
   * 4), and float16 has the number.
   */
  private static final double EMPTY_ROW = -32768;

  /**
   * A finished mask.
   *
   * @param sum what is added to the scores, minus infinity where a key is hidden; empty if nothing
   * @param finite the same with a finite number in rows without any key
   * @param emptyRows true for rows {@code [..,L,1]} without any key; empty if there are none
   */
  record Bias(String sum, String finite, String emptyRows) {
    static final Bias NONE = new Bias("", "", "");
  }

  private final Formula f;
  private final Shape scores;
  private final DataType type;
  private final List<String> conditions = new ArrayList<>();
  private final List<String> terms = new ArrayList<>();
  private boolean mayHaveEmptyRows;

  /**
   * @param scores {@code [B,H,L,S]}
   * @param type of the scores
   */
  AttentionMask(Formula formula, Shape scores, DataType type) {
    this.f = formula;
    this.scores = scores;
    this.type = type;
  }

  /** The shape of the scores, {@code [B,H,L,S]}. */
  Shape scores() {
    return scores;
  }

  /** The type of the scores. */
  DataType type() {
    return type;
  }

  private int queries() {
    return scores.dim(2);
  }

  private int keys() {
    return scores.dim(3);
  }

  /** A mask input: true or 0 where a key counts; a shorter one hides the keys behind its end. */
  void input(String mask) {
    Shape shape = f.shape(mask);
    if (shape.rank() < 1 || shape.rank() > 4 || shape.dim(-1) > keys()) {
      throw f.error("the mask has shape %s, which does not fit scores %s", shape, scores);
    }
    boolean isCondition = f.type(mask) == DataType.BOOL;
    String wide = isCondition ? mask : f.cast("mask", mask, type);
    int missing = keys() - shape.dim(-1);
    if (missing > 0) {
      String end =
          isCondition ? f.constant("hidden", Tensor.zeros(DataType.BOOL, Shape.SCALAR)) : hidden();
      String block = f.expand("mask_end", end, shape.with(-1, missing).dims());
      wide = f.concat("mask_padded", shape.rank() - 1, wide, block);
    }
    requireFits(f.shape(wide));
    (isCondition ? conditions : terms).add(wide);
    mayHaveEmptyRows = true;
  }

  /**
   * Finite numbers that are added, of the scores' shape or one that broadcasts to it: a row stays a
   * row with keys.
   */
  void add(String bias) {
    requireFits(f.shape(bias));
    terms.add(f.cast("bias", bias, type));
  }

  /** A condition that broadcasts to the scores' shape. */
  void allow(String condition) {
    requireFits(f.shape(condition));
    conditions.add(condition);
    mayHaveEmptyRows = true;
  }

  private void requireFits(Shape shape) {
    int excess = scores.rank() - shape.rank();
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.dim(i) != 1 && shape.dim(i) != scores.dim(i + excess)) {
        throw f.error("a mask of shape %s cannot be broadcast to scores %s", shape, scores);
      }
    }
  }

  /**
   * Query i sees keys from {@code i + offset - left} to {@code i + offset + right}.
   *
   * @param offset position of the first query
   * @param left how far it sees backwards; negative for no limit
   * @param right how far it sees ahead
   */
  void window(int offset, int left, int right) {
    if (left < 0 && right < 0) {
      return;
    }
    String key = "window %d %d %d %d %d".formatted(queries(), keys(), offset, left, right);
    conditions.add(f.shared(key, () -> within(f.longs("offset", offset), left, right, 2)));
    mayHaveEmptyRows |= offset < 0 || left >= 0;
  }

  /**
   * As {@link #window(int, int, int)} with an offset for each sample.
   *
   * @param offsets int64 {@code [B,1,1,1]}
   */
  void window(String offsets, int left, int right) {
    if (left >= 0 || right >= 0) {
      allow(within(offsets, left, right, 4));
    }
  }

  private String within(String offset, int left, int right, int rank) {
    int[] column = ones(rank);
    column[rank - 2] = queries();
    String query = f.add("position", f.indices("query", queries(), column), offset);
    String key = keyIndices(rank);
    String result = "";
    if (right >= 0) {
      String last = f.add("last", query, f.longs("right", right));
      result = f.binary("not_behind", BinaryFunction.LESS_OR_EQUAL, key, last);
    }
    if (left >= 0) {
      String first = f.subtract("first", query, f.longs("left", left));
      String near = f.binary("not_before", BinaryFunction.GREATER_OR_EQUAL, key, first);
      result = result.isEmpty() ? near : f.and("in_window", result, near);
    }
    return result;
  }

  /** Only the first keys of each sample count; lengths are int64 {@code [B,1,1,1]}. */
  void lengths(String lengths) {
    allow(f.binary("not_padding", BinaryFunction.LESS, keyIndices(4), lengths));
  }

  /** {@code 0, 1, ... S - 1} along the last of so many axes. */
  String keyIndices(int rank) {
    int[] row = ones(rank);
    row[rank - 1] = keys();
    return f.indices("key", keys(), row);
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private String hidden() {
    return f.scalar("minus_infinity", type, Double.NEGATIVE_INFINITY);
  }

  Bias bias() {
    if (conditions.isEmpty() && terms.isEmpty()) {
      return Bias.NONE;
    }
    List<String> all = new ArrayList<>(terms);
    if (!conditions.isEmpty()) {
      String allowed = conditions.stream().reduce((a, b) -> f.and("allowed", a, b)).orElseThrow();
      all.addFirst(
          f.shared(
              "bias " + allowed + " " + type,
              () -> f.where("hiding", allowed, f.scalar("zero", type, 0), hidden())));
    }
    String sum = all.stream().reduce((a, b) -> f.add("bias", a, b)).orElseThrow();
    String empty = mayHaveEmptyRows ? emptyRows(sum) : "";
    if (empty.isEmpty()) {
      return new Bias(sum, sum, "");
    }
    return new Bias(
        sum, f.where("finite_bias", empty, f.scalar("low", type, EMPTY_ROW), sum), empty);
  }

  /** Rows without any key; empty if it is known that there are none. */
  private String emptyRows(String sum) {
    String most = f.reduceRows("largest_bias", ReduceFunction.MAX, sum);
    String empty = f.binary("no_keys", BinaryFunction.EQUAL, most, hidden());
    Tensor known = f.known(empty);
    return known != null && isAllFalse(known) ? "" : empty;
  }

  private static boolean isAllFalse(@Nullable Tensor condition) {
    for (int i = 0; condition != null && i < condition.shape().elements(); i++) {
      if (condition.data().get(Tensor.BYTE, i) != 0) {
        return false;
      }
    }
    return true;
  }
}
