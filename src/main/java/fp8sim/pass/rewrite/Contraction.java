package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * An Einsum of two operands as a matrix product: {@code [batch.., rows.., terms] x [batch..,
 * columns, terms]'}. Letters of both operands and the result are batch axes, those of both operands
 * only are summed.
 *
 * @param left letters of the first operand
 * @param right letters of the second operand, the weight where one is constant
 */
public record Contraction(String left, String right, String output) {

  /**
   * The Einsum of a node.
   *
   * @param isExchanged whether the second operand is to be the left one
   */
  static Contraction of(Op.Einsum op, boolean isExchanged) {
    String[] sides = op.equation().split("->", -1);
    String[] terms = sides[0].split(",", -1);
    return isExchanged
        ? new Contraction(terms[1], terms[0], sides[1])
        : new Contraction(terms[0], terms[1], sides[1]);
  }

  /** Why an Einsum, in normal form, is no matrix product; empty if it is one. */
  public static String obstacle(Op.Einsum op, List<Shape> shapes) {
    if (shapes.size() != 2) {
      return "has %d operands, not two".formatted(shapes.size());
    }
    Contraction it = of(op, false);
    if (isRepeated(it.left) || isRepeated(it.right)) {
      return "takes a diagonal";
    }
    if (it.terms().isEmpty()) {
      return "sums no products";
    }
    boolean sumsOne =
        !letters(it.left, c -> it.right.indexOf(c) < 0 && it.output.indexOf(c) < 0).isEmpty()
            || !letters(it.right, c -> it.left.indexOf(c) < 0 && it.output.indexOf(c) < 0)
                .isEmpty();
    if (sumsOne) {
      return "sums an axis of one operand alone";
    }
    boolean stretches =
        it.terms()
            .chars()
            .anyMatch(c -> size(it.left, shapes.get(0), c) != size(it.right, shapes.get(1), c));
    return stretches ? "repeats an axis that it sums" : "";
  }

  private static int size(String letters, Shape shape, int letter) {
    return shape.dim(letters.indexOf(letter));
  }

  private static boolean isRepeated(String letters) {
    return letters.chars().distinct().count() < letters.length();
  }

  private static String letters(String from, IntPredicate which) {
    StringBuilder found = new StringBuilder();
    from.chars().filter(which).forEach(letter -> found.append((char) letter));
    return found.toString();
  }

  /** Axes that both operands and the result have, in the result's order. */
  private String batch() {
    return letters(output, c -> left.indexOf(c) >= 0 && right.indexOf(c) >= 0);
  }

  private String rows() {
    return letters(output, c -> left.indexOf(c) >= 0 && right.indexOf(c) < 0);
  }

  /** In the right operand's order, so that a weight need not be moved. */
  private String columns() {
    return letters(right, c -> left.indexOf(c) < 0);
  }

  private String terms() {
    return letters(right, c -> left.indexOf(c) >= 0 && output.indexOf(c) < 0);
  }

  /** Puts the product in the place of the node, with the moves in front of and behind it. */
  void replace(GraphEditor graph, Node node, Rearrangement moves, String a, String b) {
    String batch = batch();
    String rows = rows();
    String columns = columns();
    String terms = terms();
    Shape aShape = graph.shape(a);
    Shape bShape = graph.shape(b);
    int summed = product(right, bShape, terms);

    boolean isMatrix = batch.isEmpty();
    int[] outer = sizes(left, aShape, batch + rows);
    int[] merged = sizes(left, aShape, batch + (char) 0);
    merged[merged.length - 1] = product(left, aShape, rows);
    int[] front = isMatrix && !rows.isEmpty() ? outer : merged;
    String x = moves.permuted(node, a, Permutation.of(left, batch + rows + terms));
    x = moves.reshaped(node, x, Shape.of(with(front, summed)));

    boolean isPlain = right.equals(batch + terms + columns);
    int[] weightBatch = sizes(right, bShape, batch);
    int wide = product(right, bShape, columns);
    String order = isPlain ? right : batch + columns + terms;
    String w = moves.permuted(node, b, Permutation.of(right, order));
    int[] matrix = isPlain ? new int[] {summed, wide} : new int[] {wide, summed};
    w = moves.reshaped(node, w, Shape.of(with(weightBatch, matrix)));

    graph.replace(node, new Op.MatMul(!isPlain), List.of(x, w));
    Shape result = graph.shape(node.output());
    String natural = batch + rows + columns;
    Permutation back = Permutation.of(natural, output);
    Shape spread = Permutation.of(output, natural).apply(result);
    String inner = moves.transposeBehind(node.output(), back, spread);
    int[] leading = front.clone();
    for (int i = 0; i < batch.length(); i++) {
      leading[i] = spread.dim(i);
    }
    moves.reshapeBehind(inner, Shape.of(with(leading, wide)));
  }

  /** The sizes of axes; 1 for a letter that is none. */
  private static int[] sizes(String letters, Shape shape, String wanted) {
    return wanted.chars().map(c -> letters.indexOf(c) < 0 ? 1 : size(letters, shape, c)).toArray();
  }

  private static int product(String letters, Shape shape, String wanted) {
    return Shape.of(sizes(letters, shape, wanted)).elements();
  }

  private static int[] with(int[] dims, int... more) {
    int[] all = Arrays.copyOf(dims, dims.length + more.length);
    System.arraycopy(more, 0, all, dims.length, more.length);
    return all;
  }
}
