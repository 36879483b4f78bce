package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.TensorType;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** A ReduceMean over all spatial axes of images is a GlobalAveragePool. */
final class MeanToGlobalPool implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    if (!(node.op() instanceof Op.Reduce reduce) || reduce.function() != ReduceFunction.MEAN) {
      return;
    }
    TensorType x = graph.type(node.input(0));
    int rank = x.shape().rank();
    Tensor axes = graph.constant(node.input(1));
    if (!ConstantElements.isNumber(x.type())) {
      return;
    }
    // At rank 3 this would be the mean of a LayerNormalization.
    if (rank < 4 || rank > 5 || axes == null || !isSpatial(ConstantElements.longs(axes), rank)) {
      return;
    }
    Op.GlobalPool pool = new Op.GlobalPool(false);
    if (reduce.keepDims()) {
      graph.replace(node, pool, List.of(node.input(0)));
      return;
    }
    int[] dims = x.shape().dims();
    Arrays.fill(dims, 2, rank, 1);
    TensorType pooled = new TensorType(x.type(), Shape.of(dims));
    String mean = graph.addBefore(node, "pool", pool, List.of(node.input(0)), pooled);
    Tensor shape = Tensor.ofLongs(Shape.of(2), dims[0], dims[1]);
    String constant = graph.addConstant(node.output() + "/shape", shape);
    graph.replace(node, new Op.Reshape(true), List.of(mean, constant));
  }

  private static boolean isSpatial(long[] axes, int rank) {
    boolean spatial = axes.length == rank - 2;
    for (int i = 0; spatial && i < axes.length; i++) {
      spatial = axes[i] == i + 2;
    }
    return spatial;
  }
}
