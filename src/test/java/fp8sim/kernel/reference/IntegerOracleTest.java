package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Remainders, bits and tests of elements. */
class IntegerOracleTest extends OracleTest {
  /** ONNX Runtime's Java interface takes no inputs of most types: they are cast in the model. */
  private static OperatorModel operands(int opset, DataType type, long[] x, long[] y) {
    int code = type.onnxCode();
    return new OperatorModel(opset)
        .input("x64", Tensor.ofLongs(Shape.of(x.length), x))
        .input("y64", Tensor.ofLongs(Shape.of(y.length), y))
        .node("Cast", "x64", "x", "to", code)
        .node("Cast", "y64", "y", "to", code);
  }

  private static final List<DataType> SIGNED =
      List.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64);
  private static final List<DataType> UNSIGNED =
      List.of(DataType.UINT8, DataType.UINT16, DataType.UINT32, DataType.UINT64);

  @TestFactory
  Stream<DynamicTest> remainders() {
    for (int fmod : new int[] {0, 1}) {
      for (DataType type : SIGNED) {
        add(
            "Mod %s fmod %d".formatted(type, fmod),
            operands(13, type, new long[] {7, -7, 7, -7, 6, -6}, new long[] {3, 3, -3, -3, 3, -3})
                .node("Mod", "x y", "m", "fmod", fmod)
                .node("Cast", "m", "z", "to", DataType.INT64.onnxCode()));
      }
      // The oracle's fmod of integers goes through double.
      long large = fmod == 0 ? -1 : 250;
      for (DataType type : UNSIGNED) {
        add(
            "Mod %s fmod %d".formatted(type, fmod),
            operands(13, type, new long[] {large, 200, 7}, new long[] {10, 60, 7})
                .node("Mod", "x y", "m", "fmod", fmod)
                .node("Cast", "m", "z", "to", DataType.INT64.onnxCode()));
      }
    }
    add(
        "Mod of floats with fmod",
        new OperatorModel(13)
            .input("x", floats(4, 5))
            .input("d", floats(5))
            .node("Mod", "x d", "y", "fmod", 1));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> bits() {
    long[] x = {0b1100, -1, 255, 1L << 40, 0};
    long[] y = {0b1010, 77, -2, 3, 9};
    for (String operator : List.of("BitwiseAnd", "BitwiseOr", "BitwiseXor")) {
      for (DataType type : List.of(DataType.INT8, DataType.UINT16, DataType.INT64)) {
        add(
            operator + " " + type,
            operands(18, type, x, y)
                .node(operator, "x y", "b")
                .node("Cast", "b", "z", "to", DataType.INT64.onnxCode()));
      }
    }
    add(
        "BitwiseNot",
        operands(18, DataType.UINT8, x, y)
            .node("BitwiseNot", "x", "b")
            .node("Cast", "b", "z", "to", DataType.INT64.onnxCode()));
    for (String direction : List.of("LEFT", "RIGHT")) {
      for (DataType type : List.of(DataType.UINT8, DataType.UINT32, DataType.UINT64)) {
        add(
            "BitShift %s %s".formatted(direction, type),
            operands(11, type, new long[] {1, 255, 130, -1}, new long[] {0, 1, 7, 4})
                .node("BitShift", "x y", "b", "direction", direction)
                .node("Cast", "b", "z", "to", DataType.INT64.onnxCode()));
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> ofFloats() {
    float inf = Float.POSITIVE_INFINITY;
    Tensor x = Tensor.ofFloats(Shape.of(6), 1, inf, -inf, Float.NaN, 0, Float.MAX_VALUE);
    for (int negative : new int[] {0, 1}) {
      for (int positive : new int[] {0, 1}) {
        add(
            "IsInf %d %d".formatted(negative, positive),
            new OperatorModel(10)
                .input("x", x)
                .node("IsInf", "x", "y", "detect_negative", negative, "detect_positive", positive));
      }
    }
    add(
        "Shrink",
        new OperatorModel(9)
            .input("x", floats(40))
            .node("Shrink", "x", "y", "lambd", 1.5f, "bias", 0.25f));
    add(
        "Shrink of integers",
        new OperatorModel(9)
            .input("x", Tensor.ofLongs(Shape.of(5), -3, -1, 0, 1, 3))
            .node("Shrink", "x", "y", "lambd", 1.5f, "bias", 1.5f));
    for (int size : new int[] {1, 2, 5}) {
      add(
          "Det " + size,
          new OperatorModel(11).input("x", floats(3, size, size)).node("Det", "x", "y"));
    }
    add(
        "Det of a singular matrix",
        new OperatorModel(11)
            .input("x", Tensor.ofFloats(Shape.of(2, 2), 1, 2, 2, 4))
            .node("Det", "x", "y"));
    return tests.stream();
  }
}
