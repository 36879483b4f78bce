package fp8sim.kernel.reference;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;

/** {@code y[i] = f(a[i], b[i])} with broadcasting; comparisons give 0 or 1. */
final class ReferenceBinary {
  /** The truth of a relation between two numbers, of which one sees the order: -1, 0, 1. */
  private interface Relation {
    boolean holds(int order);
  }

  private ReferenceBinary() {}

  static Executable bind(Step step, Binding binding) {
    BinaryFunction function = ((Op.Binary) step.op()).function();
    Operand a = step.input(0);
    Operand b = step.input(1);
    Tensor y = binding.tensor(step.output());
    DataType type = a.dataType();
    if (y.type() == DataType.BOOL && type.isFloating()) {
      return compare(function, a, b, y, binding);
    }
    if (function == BinaryFunction.POW && b.dataType().isFloating() && !type.isFloating()) {
      return powerOfIntegers(a, b, y, binding);
    }
    if (!type.isFloating()) {
      LongBinaryOperator operator = ofLongs(function, type);
      return longs(operator, a, b, y, binding);
    }
    if (type == DataType.DOUBLE) {
      return doubles(ofDoubles(function), a, b, y, binding);
    }
    return floats(FloatBinary.of(function), a, b, y, binding);
  }

  private static Executable floats(
      FloatBinary function, Operand a, Operand b, Tensor y, Binding binding) {
    Supplier<float[]> left = Inputs.floats(a, binding);
    Supplier<float[]> right =
        b.dataType().isFloating()
            ? Inputs.floats(b, binding)
            : () -> toFloats(Values.doubles(binding.tensor(b)));
    Shape shape = y.shape();
    return parallel -> {
      Broadcast fromA = Broadcast.of(a.shape(), shape);
      Broadcast fromB = Broadcast.of(b.shape(), shape);
      float[] x = left.get();
      float[] z = right.get();
      float[] result = new float[shape.elements()];
      for (int i = 0; i < result.length; i++) {
        result[i] = function.apply(x[fromA.at(i)], z[fromB.at(i)]);
      }
      Values.store(y, result);
    };
  }

  private static Executable doubles(
      DoubleBinaryOperator function, Operand a, Operand b, Tensor y, Binding binding) {
    Supplier<double[]> left = Inputs.doubles(a, binding);
    Supplier<double[]> right = Inputs.doubles(b, binding);
    Shape shape = y.shape();
    return parallel -> {
      double[] result = zip(function, left.get(), a.shape(), right.get(), b.shape(), shape);
      Values.store(y, result);
    };
  }

  private static Executable longs(
      LongBinaryOperator function, Operand a, Operand b, Tensor y, Binding binding) {
    Supplier<long[]> left = Inputs.longs(a, binding);
    Supplier<long[]> right = Inputs.longs(b, binding);
    Shape shape = y.shape();
    return parallel -> {
      Broadcast fromA = Broadcast.of(a.shape(), shape);
      Broadcast fromB = Broadcast.of(b.shape(), shape);
      long[] x = left.get();
      long[] z = right.get();
      long[] result = new long[shape.elements()];
      for (int i = 0; i < result.length; i++) {
        result[i] = function.applyAsLong(x[fromA.at(i)], z[fromB.at(i)]);
      }
      Values.store(y, result);
    };
  }

  private static Executable compare(
      BinaryFunction function, Operand a, Operand b, Tensor y, Binding binding) {
    Supplier<double[]> left = Inputs.doubles(a, binding);
    Supplier<double[]> right = Inputs.doubles(b, binding);
    DoubleBinaryOperator truth =
        switch (function) {
          case EQUAL -> (x, z) -> x == z ? 1 : 0;
          case GREATER -> (x, z) -> x > z ? 1 : 0;
          case GREATER_OR_EQUAL -> (x, z) -> x >= z ? 1 : 0;
          case LESS -> (x, z) -> x < z ? 1 : 0;
          case LESS_OR_EQUAL -> (x, z) -> x <= z ? 1 : 0;
          default -> throw new IllegalArgumentException(function.onnxName() + " is no comparison");
        };
    return parallel -> {
      double[] result = zip(truth, left.get(), a.shape(), right.get(), b.shape(), y.shape());
      Values.store(y, toLongs(result));
    };
  }

  /** An integer to a floating point power, truncated. */
  private static Executable powerOfIntegers(Operand a, Operand b, Tensor y, Binding binding) {
    Supplier<double[]> left = Inputs.doubles(a, binding);
    Supplier<double[]> right = Inputs.doubles(b, binding);
    return parallel -> {
      double[] result =
          zip(StrictMath::pow, left.get(), a.shape(), right.get(), b.shape(), y.shape());
      Values.store(y, toLongs(result));
    };
  }

  private static double[] zip(
      DoubleBinaryOperator function, double[] a, Shape aShape, double[] b, Shape bShape, Shape y) {
    Broadcast fromA = Broadcast.of(aShape, y);
    Broadcast fromB = Broadcast.of(bShape, y);
    double[] result = new double[y.elements()];
    for (int i = 0; i < result.length; i++) {
      result[i] = function.applyAsDouble(a[fromA.at(i)], b[fromB.at(i)]);
    }
    return result;
  }

  private static float[] toFloats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  private static long[] toLongs(double[] values) {
    long[] result = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (long) values[i];
    }
    return result;
  }

  private static DoubleBinaryOperator ofDoubles(BinaryFunction function) {
    return switch (function) {
      case ADD -> (a, b) -> a + b;
      case SUB -> (a, b) -> a - b;
      case MUL -> (a, b) -> a * b;
      case DIV -> (a, b) -> a / b;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case FMOD -> (a, b) -> a % b;
      case MOD -> ReferenceBinary::modulo;
      case POW -> StrictMath::pow;
      case PRELU -> (a, b) -> a >= 0 ? a : b * a;
      default -> throw new IllegalArgumentException(function.onnxName() + " has no such results");
    };
  }

  /** The remainder with the sign of the divisor, zero too; NaN if the divisor is 0. */
  private static double modulo(double a, double b) {
    double remainder = a % b;
    if (remainder == 0) {
      return Math.copySign(0, b);
    }
    return remainder < 0 != b < 0 ? remainder + b : remainder;
  }

  /** Integers and booleans; division by zero gives 0. */
  private static LongBinaryOperator ofLongs(BinaryFunction function, DataType type) {
    boolean unsigned = type == DataType.UINT64;
    return switch (function) {
      case ADD -> (a, b) -> a + b;
      case SUB -> (a, b) -> a - b;
      case MUL -> (a, b) -> a * b;
      case DIV -> unsigned ? ReferenceBinary::divideUnsigned : (a, b) -> b == 0 ? 0 : a / b;
      case MOD -> unsigned ? ReferenceBinary::moduloUnsigned : ReferenceBinary::modulo;
      case FMOD -> unsigned ? ReferenceBinary::moduloUnsigned : (a, b) -> b == 0 ? 0 : a % b;
      case POW -> ReferenceBinary::power;
      case MAX -> (a, b) -> order(a, b, unsigned) >= 0 ? a : b;
      case MIN -> (a, b) -> order(a, b, unsigned) <= 0 ? a : b;
      case PRELU -> (a, b) -> order(a, 0, unsigned) >= 0 ? a : b * a;
      case AND, BITWISE_AND -> (a, b) -> a & b;
      case OR, BITWISE_OR -> (a, b) -> a | b;
      case XOR, BITWISE_XOR -> (a, b) -> a ^ b;
      case BIT_SHIFT_LEFT -> (a, b) -> b >>> 6 == 0 ? a << b : 0;
      case BIT_SHIFT_RIGHT -> (a, b) -> b >>> 6 == 0 ? a >>> b : 0;
      case EQUAL -> relation(order -> order == 0, unsigned);
      case GREATER -> relation(order -> order > 0, unsigned);
      case GREATER_OR_EQUAL -> relation(order -> order >= 0, unsigned);
      case LESS -> relation(order -> order < 0, unsigned);
      case LESS_OR_EQUAL -> relation(order -> order <= 0, unsigned);
    };
  }

  private static LongBinaryOperator relation(Relation relation, boolean unsigned) {
    return (a, b) -> relation.holds(order(a, b, unsigned)) ? 1 : 0;
  }

  private static int order(long a, long b, boolean unsigned) {
    return unsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
  }

  private static long divideUnsigned(long a, long b) {
    return b == 0 ? 0 : Long.divideUnsigned(a, b);
  }

  private static long modulo(long a, long b) {
    return b == 0 ? 0 : Math.floorMod(a, b);
  }

  private static long moduloUnsigned(long a, long b) {
    return b == 0 ? 0 : Long.remainderUnsigned(a, b);
  }

  /** {@code a^b} modulo 2^64; a negative power of an integer is truncated. */
  private static long power(long a, long b) {
    if (b < 0) {
      return (long) StrictMath.pow((double) a, (double) b);
    }
    long result = 1;
    for (long square = a, n = b; n > 0; n >>= 1, square *= square) {
      if ((n & 1) == 1) {
        result *= square;
      }
    }
    return result;
  }
}
