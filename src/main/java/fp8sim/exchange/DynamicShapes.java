package fp8sim.exchange;

import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes one graph for inputs of any size of two that were compiled for inputs of different sizes:
 * constants in which the two differ are shapes, or repeat along a dimension that an input has.
 */
final class DynamicShapes {
  private static final int ENDS = 2;

  private final Graph a;
  private final Graph b;
  private final ExportedNodes out;

  /** Reshapes whose target is made general, by the constant that they read. */
  private final Map<String, String> targets = new HashMap<>();

  private DynamicShapes(Graph a, Graph b) {
    this.a = a;
    this.b = b;
    this.out = new ExportedNodes(a);
  }

  /**
   * The graph for inputs of any size; null if there is none of the nodes that the two have.
   *
   * @param a compiled for some sizes
   * @param b compiled for others, in every dynamic dimension
   */
  static @Nullable Graph merge(Graph a, Graph b) {
    boolean comparable =
        a.nodes().equals(b.nodes()) && a.initializers().keySet().equals(b.initializers().keySet());
    return comparable ? new DynamicShapes(a, b).merge() : null;
  }

  private @Nullable Graph merge() {
    Map<String, String> expanded = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : a.nodes()) {
      Node general = node;
      for (int i = 0; i < node.inputs().size(); i++) {
        String name = node.input(i);
        if (!differs(name)) {
          continue;
        }
        String replaced = i == 1 ? target(node) : i == 2 ? ends(node) : null;
        if (replaced == null) {
          replaced = expanded.containsKey(name) ? expanded.get(name) : repeated(name);
          if (replaced != null) {
            expanded.put(name, replaced);
          }
        }
        if (replaced == null) {
          return null;
        }
        general = reading(general, i, replaced);
      }
      nodes.add(general);
    }
    if (a.outputs().stream().anyMatch(this::differs)) {
      return null;
    }
    nodes.forEach(out::add);
    return out.toGraph();
  }

  private static Node reading(Node node, int index, String value) {
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(index, value);
    Op op = node.op() instanceof Op.Reshape ? new Op.Reshape(false) : node.op();
    return new Node(node.name(), op, inputs, node.outputs());
  }

  private boolean differs(String name) {
    Tensor x = a.initializers().get(name);
    Tensor y = b.initializers().get(name);
    return x != null
        && y != null
        && (!x.shape().equals(y.shape()) || x.data().mismatch(y.data()) >= 0);
  }

  /** The constant shape of a Reshape or Expand for all sizes; null if there is none. */
  private @Nullable String target(Node node) {
    boolean expands = node.op() instanceof Op.Expand;
    if (!expands && !(node.op() instanceof Op.Reshape)) {
      return null;
    }
    String name = node.input(1);
    Tensor first = a.initializers().get(name);
    Tensor second = b.initializers().get(name);
    if (first == null || second == null || !first.shape().equals(second.shape())) {
      return null;
    }
    long[] x = ConstantElements.longs(first);
    long[] y = ConstantElements.longs(second);
    int free = 0;
    for (int i = 0; i < x.length; i++) {
      if (x[i] == 0 || y[i] == 0) {
        return null;
      }
      if (x[i] < 0) {
        free++;
      }
      if (x[i] != y[i]) {
        if (isDimension(node.input(0), i, x[i], y[i])) {
          x[i] = expands ? 1 : 0;
        } else if (expands || free++ > 0) {
          return null;
        } else {
          x[i] = -1;
        }
      }
    }
    return targets.computeIfAbsent(
        name + " of " + node.name(),
        key -> out.constant(name, Tensor.ofLongs(Shape.of(x.length), x)));
  }

  /** The constant ends of a Slice for all sizes, beyond which there is nothing; or null. */
  private @Nullable String ends(Node node) {
    Tensor first = a.initializers().get(node.input(ENDS));
    Tensor second = b.initializers().get(node.input(ENDS));
    Tensor axes = a.initializers().get(node.input(ENDS + 1));
    Tensor steps = a.initializers().get(node.input(ENDS + 2));
    if (!(node.op() instanceof Op.Slice)
        || first == null
        || second == null
        || axes == null
        || steps == null
        || !first.shape().equals(second.shape())) {
      return null;
    }
    long[] x = ConstantElements.longs(first);
    long[] y = ConstantElements.longs(second);
    for (int i = 0; i < x.length; i++) {
      int axis = (int) ConstantElements.longs(axes)[i];
      boolean isWhole =
          isDimension(node.input(0), axis, x[i], y[i]) && ConstantElements.longs(steps)[i] > 0;
      if (x[i] != y[i] && !isWhole) {
        return null;
      }
      x[i] = x[i] == y[i] ? x[i] : Integer.MAX_VALUE;
    }
    return out.constant(node.input(ENDS), Tensor.ofLongs(Shape.of(x.length), x));
  }

  private boolean isDimension(String value, int axis, long x, long y) {
    Shape first = a.typeOf(value).shape();
    Shape second = b.typeOf(value).shape();
    return axis >= 0 && axis < first.rank() && first.dim(axis) == x && second.dim(axis) == y;
  }

  /**
   * A constant that has the same slices along each axis in which the two differ, and as many as an
   * input has along some axis: expanded from one slice. Null if it is no such constant.
   */
  private @Nullable String repeated(String name) {
    Tensor x = a.initializers().get(name);
    Tensor y = b.initializers().get(name);
    if (x == null || y == null || x.shape().rank() != y.shape().rank()) {
      return null;
    }
    Tensor slice = x;
    Tensor other = y;
    List<String> dims = new ArrayList<>();
    for (int axis = 0; axis < x.shape().rank(); axis++) {
      if (x.shape().dim(axis) == y.shape().dim(axis)) {
        dims.add(out.constant(name + "/one", Tensor.ofLongs(Shape.of(1), 1)));
        continue;
      }
      String size = size(name, x.shape().dim(axis), y.shape().dim(axis));
      slice = firstOfEqual(slice, axis);
      other = firstOfEqual(other, axis);
      if (size == null || slice == null || other == null) {
        return null;
      }
      dims.add(size);
    }
    if (slice.data().mismatch(other.data()) >= 0 || dims.isEmpty()) {
      return null;
    }
    TensorType vector = new TensorType(DataType.INT64, Shape.of(dims.size()));
    String shape = out.add(name + "/shape", new Op.Concat(0), vector, dims.toArray(new String[0]));
    String one = out.constant(name + "/slice", slice);
    return out.add(name + "/expanded", new Op.Expand(), a.typeOf(name), one, shape);
  }

  /** A vector of one element: the size of a dynamic dimension of an input. */
  private @Nullable String size(String name, int x, int y) {
    for (GraphInput input : a.inputs()) {
      for (int axis = 0; axis < input.dims().size(); axis++) {
        if (input.dims().get(axis).isDynamic() && isDimension(input.name(), axis, x, y)) {
          TensorType one = new TensorType(DataType.INT64, Shape.of(1));
          return out.add(name + "/size", new Op.ShapeOf(axis, axis + 1), one, input.name());
        }
      }
    }
    return null;
  }

  /** The first slice along an axis, of size 1, if all are equal; else null. */
  private static @Nullable Tensor firstOfEqual(@Nullable Tensor tensor, int axis) {
    if (tensor == null || tensor.shape().dim(axis) == 0) {
      return null;
    }
    Shape shape = tensor.shape();
    long inner = (long) shape.elements(axis + 1, shape.rank()) * tensor.type().bytes();
    int size = shape.dim(axis);
    Tensor first = Tensor.zeros(tensor.type(), shape.with(axis, 1));
    for (int o = 0; o < shape.elements(0, axis); o++) {
      var head = tensor.data().asSlice((long) o * size * inner, inner);
      for (int i = 1; i < size; i++) {
        if (head.mismatch(tensor.data().asSlice(((long) o * size + i) * inner, inner)) >= 0) {
          return null;
        }
      }
      first.data().asSlice(o * inner, inner).copyFrom(head);
    }
    return first;
  }
}
