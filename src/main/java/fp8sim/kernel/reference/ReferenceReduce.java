package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Reduces the elements along some axes, in row-major order, to one. */
final class ReferenceReduce {
  private ReferenceReduce() {}

  static Executable bind(Step step, Binding binding) {
    Op.Reduce op = (Op.Reduce) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor axes = binding.optional(step.optionalInput(1));
    Tensor y = binding.tensor(step.output());
    return parallel -> {
      boolean[] reduced = reducedAxes(op, axes, x.shape());
      int[] starts = Axes.positions(x.shape(), reduced, false);
      int[] offsets = Axes.positions(x.shape(), reduced, true);
      if (x.type().isFloating()) {
        Values.store(y, reduce(op.function(), x, starts, offsets));
      } else {
        Values.store(y, reduceIntegers(op.function(), x, starts, offsets));
      }
    };
  }

  private static boolean[] reducedAxes(Op.Reduce op, @Nullable Tensor axes, Shape shape) {
    boolean[] reduced = new boolean[shape.rank()];
    boolean given = axes != null && axes.shape().elements() > 0;
    if (given || !op.noopWithEmptyAxes()) {
      for (int axis : Axes.read(given ? axes : null, shape.rank(), shape.rank())) {
        reduced[axis] = true;
      }
    }
    return reduced;
  }

  private static double[] reduce(ReduceFunction function, Tensor x, int[] starts, int[] offsets) {
    Arithmetic arithmetic = Arithmetic.of(x.type());
    double[] values = Values.doubles(x);
    double[] results = new double[starts.length];
    double[] row = new double[offsets.length];
    for (int i = 0; i < results.length; i++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = values[starts[i] + offsets[j]];
      }
      results[i] = reduce(function, row, arithmetic);
    }
    return results;
  }

  /** Overwrites {@code x}. */
  private static double reduce(ReduceFunction function, double[] x, Arithmetic a) {
    return switch (function) {
      case SUM -> a.sum(x);
      case MEAN -> a.divide(a.sum(x), x.length);
      case SUM_SQUARE -> a.sum(squares(x, a));
      case L1 -> a.sum(magnitudes(x));
      case L2 -> a.sqrt(a.sum(squares(x, a)));
      case LOG_SUM -> a.log(a.sum(x));
      case LOG_SUM_EXP -> logSumExp(x, a);
      case MAX -> max(x);
      case MIN -> {
        double min = Double.POSITIVE_INFINITY;
        for (double value : x) {
          min = Math.min(min, value);
        }
        yield min;
      }
      case PROD -> {
        double product = 1;
        for (double value : x) {
          product = a.multiply(product, value);
        }
        yield product;
      }
    };
  }

  private static double max(double[] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : x) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static double[] squares(double[] x, Arithmetic a) {
    for (int i = 0; i < x.length; i++) {
      x[i] = a.multiply(x[i], x[i]);
    }
    return x;
  }

  private static double[] magnitudes(double[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.abs(x[i]);
    }
    return x;
  }

  /** {@code max + log(sum of exp(x - max))}; an infinite maximum is not subtracted. */
  private static double logSumExp(double[] x, Arithmetic a) {
    double max = max(x);
    double shift = Double.isInfinite(max) ? 0 : max;
    for (int i = 0; i < x.length; i++) {
      x[i] = a.exp(a.subtract(x[i], shift));
    }
    return a.add(shift, a.log(a.sum(x)));
  }

  private static long[] reduceIntegers(
      ReduceFunction function, Tensor x, int[] starts, int[] offsets) {
    long[] values = Values.longs(x);
    long[] results = new long[starts.length];
    long[] row = new long[offsets.length];
    for (int i = 0; i < results.length; i++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = values[starts[i] + offsets[j]];
      }
      results[i] = reduce(function, row, x.type());
    }
    return results;
  }

  private static long reduce(ReduceFunction function, long[] x, DataType type) {
    return switch (function) {
      case SUM -> sum(x);
      case MEAN ->
          type == DataType.UINT64 ? Long.divideUnsigned(sum(x), x.length) : sum(x) / x.length;
      case L1 -> {
        long sum = 0;
        for (long value : x) {
          sum += type.isUnsigned() ? value : Math.abs(value);
        }
        yield sum;
      }
      case SUM_SQUARE -> sumOfSquares(x);
      case L2 -> (long) Math.sqrt(Values.toDouble(sumOfSquares(x), type));
      case LOG_SUM -> (long) StrictMath.log(Values.toDouble(sum(x), type));
      case LOG_SUM_EXP -> {
        double sum = 0;
        for (long value : x) {
          sum += StrictMath.exp(Values.toDouble(value, type));
        }
        yield (long) StrictMath.log(sum);
      }
      case PROD -> {
        long product = 1;
        for (long value : x) {
          product *= value;
        }
        yield product;
      }
      case MAX -> extremum(x, type, true);
      case MIN -> extremum(x, type, false);
    };
  }

  private static long sum(long[] x) {
    long sum = 0;
    for (long value : x) {
      sum += value;
    }
    return sum;
  }

  private static long sumOfSquares(long[] x) {
    long sum = 0;
    for (long value : x) {
      sum += value * value;
    }
    return sum;
  }

  /** Of no elements: the end of the type's range that every element would beat. */
  private static long extremum(long[] x, DataType type, boolean max) {
    long best = x.length == 0 ? limit(type, !max) : x[0];
    for (long value : x) {
      int order =
          type == DataType.UINT64 ? Long.compareUnsigned(value, best) : Long.compare(value, best);
      if (max ? order > 0 : order < 0) {
        best = value;
      }
    }
    return best;
  }

  private static long limit(DataType type, boolean largest) {
    if (type == DataType.BOOL) {
      return largest ? 1 : 0;
    }
    int bits = Byte.SIZE * type.bytes();
    if (type.isUnsigned()) {
      return largest ? -1L >>> (Long.SIZE - bits) : 0;
    }
    return largest ? Long.MAX_VALUE >> (Long.SIZE - bits) : Long.MIN_VALUE >> (Long.SIZE - bits);
  }
}
