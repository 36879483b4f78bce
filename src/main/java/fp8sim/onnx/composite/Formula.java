package fp8sim.onnx.composite;

import fp8sim.common.Fp8simException;
import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Composition;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes nodes of a composite operator; each method gives the name of the new value. */
final class Formula {
  private final Composition place;

  Formula(Composition place) {
    this.place = place;
  }

  String input(int i) {
    return place.input(i);
  }

  boolean has(int i) {
    return !input(i).isEmpty();
  }

  boolean isRead(int output) {
    return place.isRead(output);
  }

  void give(int output, String value) {
    place.give(output, value);
  }

  Shape shape(String value) {
    return place.type(value).shape();
  }

  DataType type(String value) {
    return place.type(value).type();
  }

  @Nullable Tensor known(String value) {
    return place.known(value);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  Fp8simException error(String what, Object... values) {
    return place.error(what.formatted(values));
  }

  /** Fails unless an input has one of these ranks. */
  void requireRank(int i, String role, Integer... ranks) {
    if (!List.of(ranks).contains(shape(input(i)).rank())) {
      String wanted = String.join(" or ", Arrays.stream(ranks).map(String::valueOf).toList());
      throw error("%s has shape %s, not rank %s", role, shape(input(i)), wanted);
    }
  }

  void requireShape(String value, String role, Shape expected) {
    if (!shape(value).equals(expected)) {
      throw error("%s has shape %s, not %s", role, shape(value), expected);
    }
  }

  void requireElements(String value, String role, int count) {
    if (shape(value).elements() != count) {
      throw error("%s has shape %s, not %d elements", role, shape(value), count);
    }
  }

  /** Fails unless an input has a type that kernels compute with. */
  void requireFloating(int i, String role) {
    DataType type = type(input(i));
    if (!type.isFloating() || type.isSmallFloat()) {
      throw error("%s has type %s, not FLOAT, DOUBLE, FLOAT16 or BFLOAT16", role, type);
    }
  }

  void requireType(int i, String role, DataType... types) {
    if (!List.of(types).contains(type(input(i)))) {
      String wanted = String.join(" or ", Arrays.stream(types).map(String::valueOf).toList());
      throw error("%s has type %s, not %s", role, type(input(i)), wanted);
    }
  }

  String apply(String suffix, Op op, String... inputs) {
    return place.add(suffix, op, 1, List.of(inputs)).getFirst();
  }

  /** As {@link #apply} for a node of several outputs. */
  List<String> applyAll(String suffix, Op op, int outputs, String... inputs) {
    return place.add(suffix, op, outputs, List.of(inputs));
  }

  String constant(String suffix, Tensor tensor) {
    return place.constant(suffix, tensor);
  }

  String longs(String suffix, long... values) {
    return constant(suffix, Tensor.ofLongs(Shape.of(values.length), values));
  }

  /** A scalar of a floating-point type. */
  String scalar(String suffix, DataType type, double value) {
    if (type == DataType.FLOAT) {
      return constant(suffix, Tensor.ofFloats(Shape.SCALAR, (float) value));
    }
    Tensor tensor = Tensor.zeros(DataType.DOUBLE, Shape.SCALAR);
    tensor.data().set(Tensor.DOUBLE, 0, value);
    return cast(suffix, constant(suffix + "_double", tensor), type);
  }

  String cast(String suffix, String x, DataType type) {
    return type(x) == type ? x : apply(suffix, new Op.Cast(type, true), x);
  }

  String binary(String suffix, BinaryFunction function, String a, String b) {
    return apply(suffix, new Op.Binary(function), a, b);
  }

  String add(String suffix, String a, String b) {
    return binary(suffix, BinaryFunction.ADD, a, b);
  }

  String multiply(String suffix, String a, String b) {
    return binary(suffix, BinaryFunction.MUL, a, b);
  }

  String subtract(String suffix, String a, String b) {
    return binary(suffix, BinaryFunction.SUB, a, b);
  }

  String shared(String key, Supplier<String> maker) {
    return place.shared(key, maker);
  }

  String and(String suffix, String a, String b) {
    return binary(suffix, BinaryFunction.AND, a, b);
  }

  /** {@code x * factor}, or x itself if the factor is 1. */
  String scaled(String suffix, String x, double factor) {
    return factor == 1 ? x : multiply(suffix, x, scalar(suffix + "_by", type(x), factor));
  }

  String unary(String suffix, UnaryFunction function, String x) {
    return apply(suffix, new Op.Unary(function), x);
  }

  String where(String suffix, String condition, String x, String y) {
    return apply(suffix, new Op.Where(), condition, x, y);
  }

  /** A reduction over the last axis, which stays with size 1. */
  String reduceRows(String suffix, ReduceFunction function, String x) {
    String axes = longs(suffix + "_axes", shape(x).rank() - 1);
    return apply(suffix, new Op.Reduce(function, true, false), x, axes);
  }

  String reshape(String suffix, String x, int... dims) {
    if (Arrays.equals(shape(x).dims(), dims)) {
      return x;
    }
    long[] wide = IntStream.of(dims).asLongStream().toArray();
    return apply(suffix, new Op.Reshape(true), x, longs(suffix + "_shape", wide));
  }

  /** Broadcast to a shape. */
  String expand(String suffix, String x, int... dims) {
    if (Arrays.equals(shape(x).dims(), dims)) {
      return x;
    }
    long[] wide = IntStream.of(dims).asLongStream().toArray();
    return apply(suffix, new Op.Expand(), x, longs(suffix + "_shape", wide));
  }

  /** Zeros of a floating-point type. */
  String zeros(String suffix, DataType type, int... dims) {
    return expand(suffix, scalar(suffix + "_zero", type, 0), dims);
  }

  String transpose(String suffix, String x, Integer... perm) {
    return apply(suffix, new Op.Transpose(List.of(perm)), x);
  }

  String concat(String suffix, int axis, String... parts) {
    return parts.length == 1 ? parts[0] : apply(suffix, new Op.Concat(axis), parts);
  }

  /** Parts of these sizes along an axis. */
  List<String> split(String suffix, String x, int axis, int... sizes) {
    long[] wide = IntStream.of(sizes).asLongStream().toArray();
    String split = longs(suffix + "_sizes", wide);
    return place.add(suffix, new Op.Split(axis), sizes.length, List.of(x, split));
  }

  /** Elements {@code from, from + step, ...} below {@code to} along an axis. */
  String slice(String suffix, String x, int axis, int from, int to, int step) {
    if (from == 0 && to == shape(x).dim(axis) && step == 1) {
      return x;
    }
    return apply(
        suffix,
        new Op.Slice(),
        x,
        longs(suffix + "_start", from),
        longs(suffix + "_end", to),
        longs(suffix + "_axis", axis),
        longs(suffix + "_step", step));
  }

  /** {@code 0, 1, ... count - 1} in a tensor of a shape. */
  String indices(String suffix, int count, int... dims) {
    long[] values = new long[count];
    Arrays.setAll(values, i -> i);
    return constant(suffix, Tensor.ofLongs(Shape.of(dims), values));
  }
}
