package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The type of Einsum. In normal form the equation names every axis by a letter and has an explicit
 * output; the axes of an ellipsis get letters that the equation does not use.
 */
final class EinsumRule {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String ELLIPSIS = "...";

  /** About an hour in plain loops. */
  private static final double MAX_PRODUCTS = 1e12;

  private final Operands in;
  private final String equation;
  private final Map<Character, Integer> sizes = new TreeMap<>();
  private final Map<Character, Integer> uses = new TreeMap<>();

  private EinsumRule(Op.Einsum op, Operands in) {
    this.in = in;
    this.equation = op.equation();
  }

  static Inferred infer(Op.Einsum op, Operands in) {
    return new EinsumRule(op, in).infer();
  }

  private Inferred infer() {
    String[] sides = equation.split("->", -1);
    String[] terms = sides[0].split(",", -1);
    if (sides.length > 2 || terms.length != in.count()) {
      throw in.error("equation %s does not fit its %d inputs".formatted(equation, in.count()));
    }
    in.requireNumber(0);
    int broadcast = 0;
    for (int i = 0; i < terms.length; i++) {
      in.requireSameType(i);
      broadcast = Math.max(broadcast, ellipsisRank(terms[i], in.rank(i)));
    }
    String spare = spareLetters(broadcast);
    List<String> named = new ArrayList<>();
    for (int i = 0; i < terms.length; i++) {
      int own = ellipsisRank(terms[i], in.rank(i));
      String term = expand(terms[i], spare.substring(spare.length() - own));
      measure(term, in.shape(i));
      named.add(term);
    }
    String output = sides.length == 2 ? expand(sides[1], spare) : implicitOutput(spare);
    requireProducts();
    Op.Einsum resolved = new Op.Einsum(String.join(",", named) + "->" + output);
    return Inferred.of(resolved, in, in.element(0), shape(output));
  }

  /** Every combination of indices is one product. */
  private void requireProducts() {
    double products = 1;
    for (int size : sizes.values()) {
      products *= size;
    }
    if (products > MAX_PRODUCTS) {
      throw in.error(
          "equation %s has %.0e products; fp8sim computes at most %.0e"
              .formatted(equation, products, MAX_PRODUCTS));
    }
  }

  /** How many products a resolved equation has for operands of these shapes. */
  static double products(String equation, List<Shape> shapes) {
    String[] terms = equation.substring(0, equation.indexOf("->")).split(",", -1);
    Map<Character, Integer> sizes = new TreeMap<>();
    for (int i = 0; i < terms.length; i++) {
      for (int axis = 0; axis < terms[i].length(); axis++) {
        sizes.merge(terms[i].charAt(axis), shapes.get(i).dim(axis), Math::max);
      }
    }
    return sizes.values().stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
  }

  private int ellipsisRank(String term, int rank) {
    int letters = term.replace(ELLIPSIS, "").length();
    if (letters > rank || (letters < rank && !term.contains(ELLIPSIS))) {
      throw in.error("term %s of %s does not fit rank %d".formatted(term, equation, rank));
    }
    return rank - letters;
  }

  private String spareLetters(int count) {
    StringBuilder spare = new StringBuilder();
    for (int i = 0; i < LETTERS.length(); i++) {
      char letter = LETTERS.charAt(i);
      if (spare.length() < count && equation.indexOf(letter) < 0) {
        spare.append(letter);
      }
    }
    if (spare.length() < count) {
      throw in.error("equation %s has too many axes".formatted(equation));
    }
    return spare.toString();
  }

  private String expand(String term, String letters) {
    String expanded = term.replace(ELLIPSIS, letters);
    for (int i = 0; i < expanded.length(); i++) {
      char letter = expanded.charAt(i);
      if (LETTERS.indexOf(letter) < 0) {
        throw in.error("equation %s has the character '%s'".formatted(equation, letter));
      }
    }
    return expanded;
  }

  private void measure(String term, Shape shape) {
    for (int i = 0; i < term.length(); i++) {
      int size = shape.dim(i);
      int known = sizes.merge(term.charAt(i), size, (a, b) -> a == 1 ? b : a);
      if (known != size && size != 1) {
        throw in.error(
            "axis %s of %s has sizes %d and %d".formatted(term.charAt(i), equation, known, size));
      }
      uses.merge(term.charAt(i), 1, Integer::sum);
    }
  }

  /** The broadcast axes, then letters that occur once, in alphabetical order. */
  private String implicitOutput(String spare) {
    StringBuilder output = new StringBuilder(spare);
    uses.forEach(
        (letter, count) -> {
          if (count == 1 && spare.indexOf(letter) < 0) {
            output.append(letter);
          }
        });
    return output.toString();
  }

  private Shape shape(String output) {
    int[] dims = new int[output.length()];
    for (int i = 0; i < dims.length; i++) {
      Integer size = sizes.get(output.charAt(i));
      if (size == null || output.indexOf(output.charAt(i)) != i) {
        throw in.error("output %s of %s is not valid".formatted(output, equation));
      }
      dims[i] = size;
    }
    return Shape.of(dims);
  }
}
