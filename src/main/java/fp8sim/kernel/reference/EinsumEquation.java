package fp8sim.kernel.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A parsed Einstein summation. A label is a letter, or for the axes under an ellipsis {@code -1}
 * for the last, {@code -2} for the one before it, ...
 *
 * @param operands the labels of each operand's axes
 * @param output the labels of the output's axes; without {@code ->} the axes under the ellipsis and
 *     then, in alphabetical order, the letters that occur once
 */
record EinsumEquation(List<List<Integer>> operands, List<Integer> output) {

  /** Reads an equation for operands of these ranks. */
  static EinsumEquation parse(String equation, List<Integer> ranks) {
    String[] sides = equation.replace(" ", "").split("->", -1);
    String[] terms = sides[0].split(",", -1);
    List<List<Integer>> operands = new ArrayList<>();
    int widest = 0;
    for (int i = 0; i < terms.length; i++) {
      int letters = terms[i].replace("...", "").length();
      int covered = terms[i].contains("...") ? ranks.get(i) - letters : 0;
      operands.add(labels(terms[i], covered));
      widest = Math.max(widest, covered);
    }
    List<Integer> output =
        sides.length > 1 ? labels(sides[1], widest) : implicitOutput(operands, widest);
    return new EinsumEquation(operands, output);
  }

  private static List<Integer> labels(String term, int covered) {
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < term.length(); i++) {
      if (term.startsWith("...", i)) {
        addCovered(labels, covered);
        i += 2;
      } else {
        labels.add((int) term.charAt(i));
      }
    }
    return labels;
  }

  private static List<Integer> implicitOutput(List<List<Integer>> operands, int covered) {
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    for (List<Integer> operand : operands) {
      for (int label : operand) {
        counts.merge(label, 1, Integer::sum);
      }
    }
    List<Integer> output = new ArrayList<>();
    addCovered(output, covered);
    counts.forEach(
        (label, count) -> {
          if (label > 0 && count == 1) {
            output.add(label);
          }
        });
    return output;
  }

  private static void addCovered(List<Integer> labels, int covered) {
    for (int i = -covered; i < 0; i++) {
      labels.add(i);
    }
  }

  /** The labels that are summed over, in order of first appearance. */
  List<Integer> summed() {
    return operands.stream()
        .flatMap(List::stream)
        .distinct()
        .filter(label -> !output.contains(label))
        .toList();
  }
}
