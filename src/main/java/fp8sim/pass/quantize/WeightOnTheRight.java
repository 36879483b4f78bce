package fp8sim.pass.quantize;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.pass.rewrite.GraphEditor;
import fp8sim.pass.rewrite.Permutation;
import fp8sim.pass.rewrite.Rearrangement;
import fp8sim.pass.rewrite.Rewrite;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes the constant of a matrix product its right operand, a matrix: {@code W x = (x' W')'}. A
 * vector becomes a matrix of one column.
 */
final class WeightOnTheRight implements Rewrite {
  private static final int ADDEND = 2;

  private final Set<String> restoring;

  /**
   * The rewrite.
   *
   * @param restoring as {@link Rearrangement} has it
   */
  WeightOnTheRight(Set<String> restoring) {
    this.restoring = restoring;
  }

  @Override
  public void apply(GraphEditor graph, Node node) {
    boolean isProduct = node.op() instanceof Op.Gemm || node.op() instanceof Op.MatMul;
    if (!isProduct || !ConstantElements.isNumber(graph.type(node.output()).type())) {
      return;
    }
    boolean isLeft = graph.constant(node.input(0)) != null;
    boolean isRight = graph.constant(node.input(1)) != null;
    Exchange exchange = new Exchange(graph, node, new Rearrangement(graph, restoring));
    if (node.op() instanceof Op.Gemm op && isLeft && !isRight) {
      exchange.gemm(op);
    } else if (node.op() instanceof Op.MatMul op && isLeft && !isRight) {
      exchange.matMul(op);
    } else if (node.op() instanceof Op.MatMul && isRight && !isLeft) {
      exchange.vector();
    }
  }

  private record Exchange(GraphEditor graph, Node node, Rearrangement moves) {
    void gemm(Op.Gemm op) {
      List<String> inputs = new ArrayList<>();
      inputs.add(op.transB() ? node.input(1) : moves.transposed(node, node.input(1)));
      inputs.add(node.input(0));
      if (node.hasInput(ADDEND)) {
        inputs.add(addend(node.input(ADDEND)));
      }
      replace(new Op.Gemm(op.alpha(), op.beta(), false, !op.transA()), inputs);
    }

    /** What broadcasts to the result broadcasts, transposed, to the transposed result. */
    private String addend(String value) {
      Shape shape = graph.shape(value);
      return switch (shape.rank()) {
        case 0 -> value;
        case 1 -> moves.reshaped(node, value, Shape.of(shape.dim(0), 1));
        default -> moves.transposed(node, value);
      };
    }

    void matMul(Op.MatMul op) {
      String weight = node.input(0);
      String x = node.input(1);
      boolean isVector = graph.shape(x).rank() == 1;
      String rows = isVector ? row(x) : op.transB() ? x : moves.transposed(node, x);
      if (graph.shape(weight).rank() == 1) {
        squeezed(rows, row(weight));
      } else if (isVector) {
        squeezed(rows, weight);
      } else {
        replace(new Op.MatMul(true), List.of(rows, weight));
      }
    }

    /** A right operand that is a vector. */
    void vector() {
      if (graph.shape(node.input(1)).rank() == 1) {
        String x = node.input(0);
        squeezed(graph.shape(x).rank() == 1 ? row(x) : x, row(node.input(1)));
      }
    }

    private String row(String vector) {
      return moves.reshaped(node, vector, Shape.of(1, graph.shape(vector).dim(0)));
    }

    private void replace(Op op, List<String> inputs) {
      graph.replace(node, op, inputs);
      Shape shape = graph.shape(node.output());
      Permutation back = Permutation.ofLastTwo(shape.rank());
      moves.transposeBehind(node.output(), back, back.apply(shape));
    }

    /** {@code x w'}, whose result has axes of size 1 that the node's result lacks. */
    private void squeezed(String x, String w) {
      Shape left = graph.shape(x);
      Shape right = graph.shape(w);
      int[] dims = new int[Math.max(left.rank(), right.rank())];
      for (int i = 1; i <= dims.length; i++) {
        int size = i <= left.rank() ? left.dim(-i) : 1;
        dims[dims.length - i] = size == 1 && i <= right.rank() ? right.dim(-i) : size;
      }
      dims[dims.length - 2] = left.dim(-2);
      dims[dims.length - 1] = right.dim(-2);
      graph.replace(node, new Op.MatMul(true), List.of(x, w));
      moves.reshapeBehind(node.output(), Shape.of(dims));
    }
  }
}
