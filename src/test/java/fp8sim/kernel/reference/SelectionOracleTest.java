package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Operators that choose, mark and scatter elements. */
class SelectionOracleTest extends OracleTest {
  /** Few different numbers, so that there are ties. */
  private Tensor ties(DataType type, int... dims) {
    Shape shape = Shape.of(dims);
    long[] values = new long[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) random.nextInt(5) - (type.isUnsigned() ? 0 : 2);
    }
    return cast(Tensor.ofLongs(shape, values), type);
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }

  @TestFactory
  Stream<DynamicTest> ranking() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE, DataType.INT64, DataType.INT32)) {
      for (int largest : new int[] {0, 1}) {
        for (int axis : new int[] {0, 1, -1}) {
          add(
              "TopK %s largest %d axis %d".formatted(type, largest, axis),
              new OperatorModel(11)
                  .input("x", ties(type, 3, 4, 5))
                  .constant("k", longs(3))
                  .node("TopK", "x k", "values indices", "axis", axis, "largest", largest));
        }
      }
    }
    add(
        "TopK of opset 10",
        new OperatorModel(10)
            .input("x", floats(3, 7))
            .constant("k", longs(7))
            .node("TopK", "x k", "values indices"));
    add(
        "TopK of opset 9",
        new OperatorModel(9).input("x", floats(3, 7)).node("TopK", "x", "v i", "axis", 0, "k", 2));
    for (int axis : new int[] {0, 1, 2}) {
      add(
          "Hardmax to the end from axis " + axis,
          new OperatorModel(11)
              .input("x", ties(DataType.FLOAT, 2, 3, 4))
              .node("Hardmax", "x", "y", "axis", axis));
      add(
          "Hardmax along axis " + axis,
          new OperatorModel(13)
              .input("x", ties(DataType.FLOAT, 2, 3, 4))
              .node("Hardmax", "x", "y", "axis", axis));
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> marks() {
    for (int axis : new int[] {-1, 0, 1}) {
      add(
          "OneHot axis " + axis,
          new OperatorModel(11)
              .input("x", Tensor.ofLongs(Shape.of(2, 3), 0, 4, -1, -5, 5, -6))
              .constant("depth", longs(5))
              .input("values", Tensor.ofFloats(Shape.of(2), 0.5f, 3))
              .node("OneHot", "x depth values", "y", "axis", axis));
    }
    add(
        "OneHot of float indices and depth",
        new OperatorModel(11)
            .input("x", Tensor.ofFloats(Shape.of(3), 1, 2, -1))
            .constant("depth", Tensor.ofFloats(Shape.SCALAR, 4))
            .input("values", Tensor.ofFloats(Shape.of(2), 2, 7))
            .node("OneHot", "x depth values", "y"));
    for (int k : new int[] {-2, 0, 1, 9}) {
      add(
          "EyeLike " + k,
          new OperatorModel(9).input("x", floats(3, 5)).node("EyeLike", "x", "y", "k", k));
      add(
          "EyeLike of int64 " + k,
          new OperatorModel(9)
              .input("x", floats(4, 3))
              .node("EyeLike", "x", "y", "k", k, "dtype", DataType.INT64.onnxCode()));
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> scattering() {
    for (String reduction : List.of("none", "add", "mul", "max", "min")) {
      for (DataType type : List.of(DataType.FLOAT, DataType.INT64, DataType.DOUBLE)) {
        add(
            "ScatterElements %s %s".formatted(reduction, type),
            new OperatorModel(18)
                .input("x", ties(type, 3, 4))
                .input("i", Tensor.ofLongs(Shape.of(2, 3), 0, -1, 2, 2, 1, 0))
                .input("u", ties(type, 2, 3))
                .node("ScatterElements", "x i u", "y", "reduction", reduction));
        add(
            "ScatterND %s %s".formatted(reduction, type),
            new OperatorModel(18)
                .input("x", ties(type, 3, 4, 2))
                .input("i", Tensor.ofLongs(Shape.of(3, 2), 0, -1, 2, 2, 0, 3))
                .input("u", ties(type, 3, 2))
                .node("ScatterND", "x i u", "y", "reduction", reduction));
      }
    }
    OperatorModel repeated = new OperatorModel(16).input("x", floats(2, 3));
    repeated.input("i", Tensor.ofLongs(Shape.of(2, 4), 1, 1, 0, 1, 2, 2, 2, 2));
    repeated.input("u", floats(2, 4));
    add(
        "ScatterElements adds along the last axis",
        repeated.node("ScatterElements", "x i u", "y", "axis", -1, "reduction", "add"));
    add(
        "Scatter",
        new OperatorModel(9)
            .input("x", floats(1, 5))
            .input("i", Tensor.ofLongs(Shape.of(1, 2), 1, 3))
            .input("u", floats(1, 2))
            .node("Scatter", "x i u", "y", "axis", 1));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> order() {
    for (int batch : new int[] {0, 1}) {
      add(
          "ReverseSequence batch " + batch,
          new OperatorModel(10)
              .input("x", floats(4, 4, 2))
              .input("n", longs(1, 4, 2, 3))
              .node("ReverseSequence", "x n", "y", "batch_axis", batch, "time_axis", 1 - batch));
    }
    add(
        "CenterCropPad of all axes",
        new OperatorModel(18)
            .input("x", floats(4, 5, 3))
            .constant("shape", longs(7, 2, 3))
            .node("CenterCropPad", "x shape", "y"));
    add(
        "CenterCropPad of two axes",
        new OperatorModel(18)
            .input("x", floats(10, 3, 7))
            .constant("shape", longs(10, 4))
            .node("CenterCropPad", "x shape", "y", "axes", new int[] {-1, 0}));
    return tests.stream();
  }
}
