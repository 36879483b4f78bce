package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ProductOracleTest extends OracleTest {
  @TestFactory
  Stream<DynamicTest> convolutions() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      if (type == DataType.FLOAT) {
        add(
            "Conv grouped, dilated " + type,
            new OperatorModel(22)
                .input("x", cast(floats(2, 4, 9, 8), type))
                .constant("w", cast(floats(6, 2, 3, 2), type))
                .constant("b", cast(floats(6), type))
                .node(
                    "Conv",
                    "x w b",
                    "y",
                    "group",
                    2,
                    "dilations",
                    new int[] {2, 1},
                    "strides",
                    new int[] {1, 2},
                    "pads",
                    new int[] {1, 0, 2, 1}));
      }
      add(
          "MatMul broadcast " + type,
          new OperatorModel(13)
              .input("a", cast(floats(2, 1, 3, 4), type))
              .input("b", cast(floats(5, 4, 2), type))
              .node("MatMul", "a b", "y"));
      add(
          "MatMul vector " + type,
          new OperatorModel(13)
              .input("a", cast(floats(4), type))
              .input("b", cast(floats(5, 4, 2), type))
              .node("MatMul", "a b", "y"));
      add(
          "Gemm " + type,
          new OperatorModel(13)
              .input("a", cast(floats(4, 3), type))
              .input("b", cast(floats(5, 4), type))
              .input("c", cast(floats(3, 1), type))
              .node("Gemm", "a b c", "y", "transA", 1, "transB", 1, "alpha", 0.5f, "beta", 2f));
    }
    add(
        "Conv 1-D",
        new OperatorModel(22)
            .input("x", floats(2, 3, 11))
            .constant("w", floats(4, 3, 3))
            .node("Conv", "x w", "y", "strides", new int[] {2}, "pads", new int[] {2, 0}));
    add(
        "Conv 3-D",
        new OperatorModel(22)
            .input("x", floats(1, 2, 5, 6, 4))
            .constant("w", floats(3, 2, 2, 3, 2))
            .constant("b", floats(3))
            .node("Conv", "x w b", "y", "auto_pad", "SAME_LOWER"));
    add(
        "Conv with a computed weight",
        new OperatorModel(22)
            .input("x", floats(1, 2, 5, 6))
            .input("w", floats(3, 2, 2, 3))
            .node("Conv", "x w", "y"));
    add(
        "ConvTranspose grouped",
        new OperatorModel(22)
            .input("x", floats(1, 4, 5, 4))
            .constant("w", floats(4, 3, 3, 3))
            .constant("b", floats(6))
            .node(
                "ConvTranspose",
                "x w b",
                "y",
                "group",
                2,
                "strides",
                new int[] {2, 3},
                "pads",
                new int[] {1, 0, 0, 1},
                "output_padding",
                new int[] {1, 2}));
    for (String autoPad : new String[] {"SAME_UPPER", "SAME_LOWER"}) {
      add(
          "ConvTranspose " + autoPad,
          new OperatorModel(22)
              .input("x", floats(1, 2, 5, 4))
              .constant("w", floats(2, 3, 3, 4))
              .node("ConvTranspose", "x w", "y", "strides", new int[] {2, 3}, "auto_pad", autoPad));
    }
    add(
        "ConvTranspose output_shape",
        new OperatorModel(22)
            .input("x", floats(1, 2, 5, 4))
            .constant("w", floats(2, 3, 3, 3))
            .node(
                "ConvTranspose",
                "x w",
                "y",
                "strides",
                new int[] {2, 2},
                "output_shape",
                new int[] {10, 8}));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    int[] kernel = {3, 2};
    for (int count : new int[] {0, 1}) {
      for (int ceil : new int[] {0, 1}) {
        add(
            "AveragePool dilated, ceil %d, count %d".formatted(ceil, count),
            new OperatorModel(19)
                .input("x", floats(1, 2, 9, 8))
                .node(
                    "AveragePool",
                    "x",
                    "y",
                    "kernel_shape",
                    kernel,
                    "dilations",
                    new int[] {2, 1},
                    "strides",
                    new int[] {2, 3},
                    "pads",
                    new int[] {1, 0, 1, 1},
                    "ceil_mode",
                    ceil,
                    "count_include_pad",
                    count));
      }
    }
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE, DataType.INT8}) {
      add(
          "MaxPool with indices " + type,
          new OperatorModel(22)
              .input("x", cast(floats(2, 3, 7, 7), type))
              .node(
                  "MaxPool",
                  "x",
                  "y indices",
                  "kernel_shape",
                  kernel,
                  "strides",
                  new int[] {2, 2},
                  "pads",
                  new int[] {1, 1, 1, 0},
                  "ceil_mode",
                  1));
    }
    add(
        "MaxPool column major",
        new OperatorModel(12)
            .input("x", floats(2, 2, 5, 6))
            .node("MaxPool", "x", "y indices", "kernel_shape", kernel, "storage_order", 1));
    return tests.stream();
  }
}
