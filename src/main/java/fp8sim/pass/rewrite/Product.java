package fp8sim.pass.rewrite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * A value seen as a product: however an exporter ordered its multiplications, {@code coefficient *
 * factors[0] * factors[1] * ...}. Divisions by a constant and small integer powers are taken apart,
 * too; values that others read as well stay whole.
 */
record Product(double coefficient, List<String> factors) {
  /** More than any activation function has. */
  private static final int MAX_FACTORS = 4;

  /** Multiplications and divisions taken apart; a chain of a million of them is no pattern. */
  private static final int MAX_OPERATIONS = 16;

  static Product of(GraphEditor graph, String value) {
    Builder builder = new Builder(graph);
    builder.add(value, true);
    return new Product(builder.coefficient, List.copyOf(builder.factors));
  }

  /** Whether this is {@code coefficient * factor}. */
  boolean is(double expected, String factor) {
    return is(expected, factor, 1);
  }

  /** Whether this is {@code coefficient * factor^power}. */
  boolean is(double expected, String factor, int power) {
    return factors.size() == power
        && factors.stream().allMatch(factor::equals)
        && Scalar.isAbout(coefficient, expected);
  }

  private static final class Builder {
    private final GraphEditor graph;
    private final List<String> factors = new ArrayList<>();
    private double coefficient = 1;
    private int operations;

    private Builder(GraphEditor graph) {
      this.graph = graph;
    }

    private void add(String value, boolean open) {
      double scalar = Scalar.of(graph, value);
      Node node = graph.producer(value);
      if (!Double.isNaN(scalar)) {
        coefficient *= scalar;
      } else if (node == null
          || !(node.op() instanceof Op.Binary op)
          || !(open || graph.hasOneReader(value))
          || factors.size() >= MAX_FACTORS
          || ++operations > MAX_OPERATIONS
          || !takeApart(node, op.function())) {
        factors.add(value);
      }
    }

    private boolean takeApart(Node node, BinaryFunction function) {
      double second = Scalar.of(graph, node.input(1));
      return switch (function) {
        case MUL -> {
          add(node.input(0), false);
          add(node.input(1), false);
          yield true;
        }
        case DIV -> {
          if (Double.isNaN(second)) {
            yield false;
          }
          coefficient /= second;
          add(node.input(0), false);
          yield true;
        }
        case POW -> {
          if (second != 2 && second != 3) {
            yield false;
          }
          for (int i = 0; i < second; i++) {
            factors.add(node.input(0));
          }
          yield true;
        }
        default -> false;
      };
    }
  }
}
