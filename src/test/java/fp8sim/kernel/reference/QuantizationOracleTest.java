package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class QuantizationOracleTest extends OracleTest {
  @TestFactory
  Stream<DynamicTest> quantizationToIntegers() {
    for (DataType type :
        new DataType[] {DataType.INT8, DataType.UINT8, DataType.INT16, DataType.UINT16}) {
      Tensor zeros = cast(Tensor.ofFloats(Shape.of(3), 3, 0, 17), type);
      add(
          "QuantizeLinear per axis " + type,
          new OperatorModel(21)
              .input("x", floats(2, 3, 5))
              .constant("scale", Tensor.ofFloats(Shape.of(3), 0.01f, 0.5f, 0.125f))
              .constant("zero", zeros)
              .node("QuantizeLinear", "x scale zero", "q", "axis", 1)
              .node("Cast", "q", "y", "to", DataType.INT32.onnxCode()));
      add(
          "DequantizeLinear in blocks " + type,
          new OperatorModel(21)
              .input("x", cast(floats(4, 6), DataType.INT32))
              .constant("scale", floats(2, 6))
              .constant("zero", cast(floats(2, 6), type))
              .node("Cast", "x", "q", "to", type.onnxCode())
              .node("DequantizeLinear", "q scale zero", "y", "axis", 0, "block_size", 2));
    }
    add(
        "QuantizeLinear in blocks",
        new OperatorModel(21)
            .input("x", floats(4, 6))
            .constant("scale", Tensor.ofFloats(Shape.of(4, 2), .1f, .2f, .3f, .4f, 1, 2, 3, 4))
            .node(
                "QuantizeLinear",
                "x scale",
                "q",
                "axis",
                1,
                "block_size",
                3,
                "output_dtype",
                DataType.INT8.onnxCode())
            .node("Cast", "q", "y", "to", DataType.INT32.onnxCode()));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> float8() {
    Tensor all = Tensor.ofFloats(Shape.of(4000), manyMagnitudes(4000));
    Tensor some = Tensor.ofFloats(Shape.of(4000), avoidingBugs(manyMagnitudes(4000)));
    for (DataType type : EnumSet.range(DataType.FLOAT8E4M3FN, DataType.FLOAT8E5M2FNUZ)) {
      for (int saturate : new int[] {0, 1}) {
        Tensor x = saturate == 1 ? all : some;
        add(
            "Cast to %s, saturate %d".formatted(type, saturate),
            new OperatorModel(19)
                .input("x", x)
                .node("Cast", "x", "q", "to", type.onnxCode(), "saturate", saturate)
                .node("Cast", "q", "y", "to", DataType.FLOAT.onnxCode()));
        add(
            "QuantizeLinear to %s, saturate %d".formatted(type, saturate),
            new OperatorModel(19)
                .input("x", x)
                .constant("scale", Tensor.ofFloats(Shape.SCALAR, 0.75f))
                .constant("zero", Tensor.zeros(type, Shape.SCALAR))
                .node("QuantizeLinear", "x scale zero", "q", "saturate", saturate)
                .node("DequantizeLinear", "q scale zero", "y"));
      }
    }
    return tests.stream();
  }

  private float[] manyMagnitudes(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.scalb(random.nextGaussian(), random.nextInt(40) - 20);
    }
    return values;
  }

  /**
   * Without saturation ONNX Runtime 1.29 casts 480 to 448 (but 465 to NaN) in E4M3FN, and 61440 to
   * 65535 to NaN (but 65536 to infinity) in E5M2; ONNX has NaN and infinity for all of these. The
   * values are left out, here and divided by the scale 0.75.
   */
  private static float[] avoidingBugs(float[] values) {
    for (int i = 0; i < values.length; i++) {
      float a = Math.abs(values[i]);
      if ((a > 340f && a < 500f) || (a > 46000f && a < 66000f)) {
        values[i] = 0f;
      }
    }
    return values;
  }

  @TestFactory
  Stream<DynamicTest> casts() {
    Tensor x =
        Tensor.ofFloats(
            Shape.of(14),
            0f,
            -0f,
            1.5f,
            -1.5f,
            2.5f,
            127.9f,
            255f,
            300f,
            -129f,
            65504f,
            70000f,
            -3e9f,
            1e-8f,
            0.1f);
    for (DataType type : DataType.values()) {
      if (!type.isStorageOnly() && !type.name().equals("UINT64") && !type.name().equals("UINT32")) {
        DataType shown = type.isFloating() ? DataType.DOUBLE : DataType.INT64;
        add(
            "Cast float32 to " + type,
            new OperatorModel(13)
                .input("x", x)
                .node("Cast", "x", "q", "to", type.onnxCode())
                .node("Cast", "q", "y", "to", shown.onnxCode()));
      }
    }
    Tensor integers =
        Tensor.ofLongs(
            Shape.of(6), 0, -1, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1);
    for (DataType type : DataType.values()) {
      if (!type.isStorageOnly()) {
        DataType shown = type.isFloating() ? DataType.DOUBLE : DataType.INT64;
        add(
            "Cast int64 to " + type,
            new OperatorModel(13)
                .input("x", integers)
                .node("Cast", "x", "q", "to", type.onnxCode())
                .node("Cast", "q", "y", "to", shown.onnxCode()));
      }
    }
    return tests.stream();
  }
}
