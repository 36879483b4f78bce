package fp8sim.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.StepRunner;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Integers wrap, uint64 is not negative, halves round once. */
class ElementTypesTest {
  private static final long ALL_BITS = -1L;

  private final StepRunner runner = StepRunner.of(ReferenceKernels.set());

  @ParameterizedTest
  @CsvSource({
    "ADD, INT8, 127, 1, -128",
    "ADD, UINT8, 255, 1, 0",
    "SUB, UINT16, 0, 1, 65535",
    "MUL, INT32, 65536, 65536, 0",
    "DIV, INT32, -7, 2, -3",
    "DIV, UINT64, -1, 2, 9223372036854775807",
    "DIV, INT64, 5, 0, 0",
    "MOD, INT32, -7, 3, 2",
    "MOD, INT8, 7, -3, -2",
    "MOD, UINT64, -1, 10, 5",
    "MAX, UINT64, -1, 1, -1",
    "MIN, UINT64, -1, 1, 1",
    "MAX, INT64, -1, 1, 1",
    "POW, INT64, 3, 39, 4052555153018976267",
    "POW, INT32, 2, -1, 0"
  })
  void integerArithmetic(BinaryFunction function, DataType type, long a, long b, long expected) {
    assertThat(binary(function, type, type, a, b)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "LESS, UINT64, -1, 1, 0",
    "LESS, INT64, -1, 1, 1",
    "GREATER_OR_EQUAL, UINT64, -1, 1, 1",
    "EQUAL, BOOL, 1, 1, 1",
    "XOR, BOOL, 1, 1, 0"
  })
  void comparisons(BinaryFunction function, DataType type, long a, long b, long expected) {
    assertThat(binary(function, type, DataType.BOOL, a, b)).isEqualTo(expected);
  }

  private long binary(BinaryFunction function, DataType type, DataType result, long a, long b) {
    Tensor y =
        runner.run(
            new Op.Binary(function), result, Shape.SCALAR, integers(type, a), integers(type, b));
    return Values.longs(y)[0];
  }

  @ParameterizedTest
  @CsvSource({
    "UINT64, FLOAT, -1, 18446744073709551616",
    "INT64, FLOAT, 9007199791611905, 9007200328482816",
    "UINT64, DOUBLE, -2048, 18446744073709549568",
    "UINT32, DOUBLE, 4294967295, 4294967295",
    "INT32, FLOAT16, 2049, 2048",
    "INT32, BFLOAT16, 257, 256"
  })
  void integersToFloatingPoint(DataType from, DataType to, long x, double expected) {
    Tensor y = runner.run(new Op.Cast(to, true), to, Shape.SCALAR, integers(from, x));
    assertThat(Values.doubles(y)[0]).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "INT32, 2.9, 2",
    "INT32, -2.9, -2",
    "INT32, 3e9, -2147483648",
    "INT32, NaN, -2147483648",
    "INT64, 1e19, -9223372036854775808",
    "UINT64, 1e19, -8446744073709551616",
    "UINT8, 300, 44",
    "BOOL, NaN, 1",
    "BOOL, -0.0, 0"
  })
  void doubleToIntegers(DataType to, double x, long expected) {
    Tensor tensor = Tensor.zeros(DataType.DOUBLE, Shape.SCALAR);
    Values.store(tensor, new double[] {x});
    Tensor y = runner.run(new Op.Cast(to, true), to, Shape.SCALAR, tensor);
    assertThat(Values.longs(y)[0]).isEqualTo(expected);
  }

  @Test
  void unsignedExtremaAreFoundByMagnitude() {
    Tensor x = integers(DataType.UINT64, 1, ALL_BITS, 5);
    Tensor max =
        runner.run(
            new Op.Reduce(ReduceFunction.MAX, false, false), DataType.UINT64, Shape.SCALAR, x);
    assertThat(Values.longs(max)).containsExactly(ALL_BITS);
    Tensor index =
        runner.run(new Op.ArgExtremum(true, 0, false, false), DataType.INT64, Shape.SCALAR, x);
    assertThat(Values.longs(index)).containsExactly(1);
    Tensor clipped =
        runner.run(
            new Op.Clip(),
            DataType.UINT64,
            Shape.of(3),
            x,
            integers(DataType.UINT64, 3).reshape(Shape.SCALAR),
            null);
    assertThat(Values.longs(clipped)).containsExactly(3, ALL_BITS, 5);
  }

  @Test
  void nanWinsInExtrema() {
    Tensor x = Tensor.ofFloats(Shape.of(4), 1f, Float.NaN, 3f, Float.NaN);
    Tensor index =
        runner.run(new Op.ArgExtremum(false, 0, false, true), DataType.INT64, Shape.SCALAR, x);
    assertThat(Values.longs(index)).containsExactly(3);
    Tensor max = runner.run(new Op.Reduce(ReduceFunction.MAX, false, false), Shape.SCALAR, x);
    assertThat(max.toFloats()[0]).isNaN();
  }

  @Test
  void integerProductsWrap() {
    Tensor a = integers(DataType.INT32, 1 << 30, 3).reshape(Shape.of(1, 2));
    Tensor b = integers(DataType.INT32, 4, 5).reshape(Shape.of(2, 1));
    Tensor y = runner.run(new Op.MatMul(false), DataType.INT32, Shape.of(1, 1), a, b);
    assertThat(Values.longs(y)).containsExactly(15);
  }

  @Test
  void halfPrecisionIsComputedInFloatAndRoundedOnce() {
    Tensor x = Tensor.zeros(DataType.FLOAT16, Shape.of(2));
    Values.store(x, new float[] {1f, 2048f});
    Tensor one = Tensor.zeros(DataType.FLOAT16, Shape.SCALAR);
    Values.store(one, new float[] {1f});
    Tensor sum =
        runner.run(new Op.Binary(BinaryFunction.ADD), DataType.FLOAT16, Shape.of(2), x, one);
    assertThat(Values.floats(sum)).containsExactly(2f, 2048f);
    Tensor exp = runner.run(new Op.Unary(UnaryFunction.EXP), DataType.FLOAT16, Shape.of(2), x);
    assertThat(Values.floats(exp))
        .containsExactly(
            Float.float16ToFloat(Float.floatToFloat16((float) Math.E)), Float.POSITIVE_INFINITY);
  }

  @Test
  void anIndexOutsideTheTableIsTheUsersError() {
    Tensor table = Tensor.ofFloats(Shape.of(3, 1), 1f, 2f, 3f);
    Tensor indices = Tensor.ofLongs(Shape.of(2), -3, 3);
    assertThatThrownBy(() -> runner.run(new Op.Gather(0), Shape.of(2, 1), table, indices))
        .isInstanceOf(Fp8simException.class)
        .hasMessage(
            "Gather node \"step\": index 3 is outside an axis of 3; "
                + "check the input values (token ids, labels)");
  }

  private static Tensor integers(DataType type, long... values) {
    Shape shape = values.length == 1 ? Shape.SCALAR : Shape.of(values.length);
    Tensor tensor = Tensor.zeros(type, shape);
    Values.store(tensor, values);
    return tensor;
  }
}
