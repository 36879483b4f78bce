package fp8sim.pass.infer;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.graph.Node;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What inference knows about the inputs of one node, with checks that name the node. */
final class Operands {
  private final Node node;
  private final InferenceState state;

  Operands(Node node, InferenceState state) {
    this.node = node;
    this.state = state;
  }

  Node node() {
    return node;
  }

  List<String> names() {
    return node.inputs();
  }

  int count() {
    return node.inputs().size();
  }

  boolean has(int i) {
    return node.hasInput(i);
  }

  TensorType type(int i) {
    if (!has(i)) {
      throw error("input %d is missing".formatted(i));
    }
    return state.type(node.input(i));
  }

  Shape shape(int i) {
    return type(i).shape();
  }

  DataType element(int i) {
    return type(i).type();
  }

  int rank(int i) {
    return shape(i).rank();
  }

  /** The value of an input if it is known. */
  @Nullable Tensor constant(int i) {
    return state.constant(node.input(i));
  }

  /** Adds a constant; returns its name. */
  String add(String suffix, Tensor tensor) {
    return state.addConstant(node.output() + "/" + suffix, tensor);
  }

  /** Adds an int64 vector; returns its name. */
  String add(String suffix, long... values) {
    return add(suffix, Tensor.ofLongs(Shape.of(values.length), values));
  }

  /** Adds an int64 vector; returns its name. */
  String add(String suffix, int... values) {
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return add(suffix, wide);
  }

  /** The values of an input that determines the shape of the output: a scalar or a vector. */
  long[] longs(int i, String role) {
    Tensor tensor = known(i, role);
    if (tensor.shape().rank() > 1) {
      throw error("%s has shape %s, not a vector".formatted(role, tensor.shape()));
    }
    return switch (tensor.type()) {
      case INT64 -> ConstantElements.longs(tensor);
      case INT32 -> ConstantElements.longs(tensor);
      default -> throw error("%s has type %s, not INT64".formatted(role, tensor.type()));
    };
  }

  /** As {@link #longs} for a FLOAT vector. */
  float[] floats(int i, String role) {
    Tensor tensor = known(i, role);
    if (tensor.type() != DataType.FLOAT || tensor.shape().rank() > 1) {
      throw error("%s is %s %s, not a FLOAT vector".formatted(role, tensor.type(), tensor.shape()));
    }
    return tensor.toFloats();
  }

  /** A value that must be known to infer the shape. */
  Tensor known(int i, String role) {
    Tensor tensor = state.contents(node.input(i));
    if (tensor == null) {
      throw unknown(node.input(i), role);
    }
    return tensor;
  }

  /** The error of a value that must be known and is not, or not there. */
  Fp8simException unknown(String value, String role) {
    if (value.isEmpty()) {
      return error("has no " + role);
    }
    return new UnknownValueException(error(state.whyUnknown(value, role)), value);
  }

  /** An axis made non-negative; {@code rank} values are allowed from -rank on. */
  int axis(int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw error("axis %d is outside rank %d".formatted(axis, rank));
    }
    return axis < 0 ? axis + rank : axis;
  }

  /** Axes made non-negative, each at most once. */
  int[] axes(long[] axes, int rank) {
    int[] normal = new int[axes.length];
    boolean[] seen = new boolean[rank];
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] != (int) axes[i]) {
        throw error("axis %d is outside rank %d".formatted(axes[i], rank));
      }
      normal[i] = axis((int) axes[i], rank);
      if (seen[normal[i]]) {
        throw error("axis %d is given twice".formatted(normal[i]));
      }
      seen[normal[i]] = true;
    }
    return normal;
  }

  void requireRank(int i, String role, int least, int most) {
    int rank = rank(i);
    if (rank < least || rank > most) {
      String wanted = least == most ? "rank " + least : "rank %d to %d".formatted(least, most);
      throw error("%s has shape %s, not %s".formatted(role, shape(i), wanted));
    }
  }

  void requireShape(int i, String role, Shape expected) {
    if (!shape(i).equals(expected)) {
      throw error("%s has shape %s, not %s".formatted(role, shape(i), expected));
    }
  }

  /** All inputs of these positions, as far as they are there, have the type of the first input. */
  void requireSameType(int... positions) {
    for (int i : positions) {
      if (has(i) && element(i) != element(0)) {
        throw error(
            "input %d has type %s where input 0 has %s".formatted(i, element(i), element(0)));
      }
    }
  }

  /** A type that floating-point kernels compute with: none for storage only, such as FP8. */
  void requireFloating(int i) {
    if (!ConstantElements.isNumber(element(i))) {
      throw error(
          "input %d has type %s, not FLOAT, DOUBLE, FLOAT16 or BFLOAT16".formatted(i, element(i)));
    }
  }

  /** A type that kernels count with: an integer or one of {@link #requireFloating}. */
  void requireNumber(int i) {
    if (element(i) == DataType.BOOL || element(i).isStorageOnly()) {
      throw error("input %d is %s, not a number to compute with".formatted(i, element(i)));
    }
  }

  void requireType(int i, DataType expected) {
    if (element(i) != expected) {
      throw error("input %d has type %s, not %s".formatted(i, element(i), expected));
    }
  }

  void requireInteger(int i) {
    if (element(i) != DataType.INT64 && element(i) != DataType.INT32) {
      throw error("input %d has type %s, not INT64 or INT32".formatted(i, element(i)));
    }
  }

  /** The shapes of all inputs. */
  List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      shapes.add(shape(i));
    }
    return shapes;
  }

  Fp8simException error(String what) {
    return error(what, null);
  }

  Fp8simException error(String what, @Nullable Throwable cause) {
    String message = "%s: %s: %s".formatted(state.graphName(), node.describe(), what);
    return new Fp8simException(ExitCode.INPUT, message, cause);
  }
}
