package fp8sim.kernel.reference;

import fp8sim.kernel.FloatFunctions;
import fp8sim.kernel.LaneSum;
import fp8sim.tensor.DataType;

/**
 * The arithmetic of an element type on numbers held as double, so that one loop serves float32 and
 * float64. Each operation rounds once to the type.
 */
enum Arithmetic {
  /** float32; float16 and bfloat16 too, rounded when they are stored. */
  FLOAT {
    @Override
    double add(double a, double b) {
      return (float) a + (float) b;
    }

    @Override
    double subtract(double a, double b) {
      return (float) a - (float) b;
    }

    @Override
    double multiply(double a, double b) {
      return (float) a * (float) b;
    }

    @Override
    double divide(double a, double b) {
      return (float) a / (float) b;
    }

    @Override
    double sqrt(double x) {
      return (float) Math.sqrt((float) x);
    }

    @Override
    double exp(double x) {
      return FloatFunctions.exp((float) x);
    }

    @Override
    double log(double x) {
      return FloatFunctions.log((float) x);
    }

    @Override
    double pow(double x, double y) {
      return (float) StrictMath.pow((float) x, (float) y);
    }

    @Override
    double sum(double[] x, int from, int count, int stride) {
      LaneSum sum = new LaneSum();
      for (int i = 0; i < count; i++) {
        sum.add((float) x[from + i * stride]);
      }
      return sum.sum();
    }
  },

  DOUBLE {
    @Override
    double add(double a, double b) {
      return a + b;
    }

    @Override
    double subtract(double a, double b) {
      return a - b;
    }

    @Override
    double multiply(double a, double b) {
      return a * b;
    }

    @Override
    double divide(double a, double b) {
      return a / b;
    }

    @Override
    double sqrt(double x) {
      return Math.sqrt(x);
    }

    @Override
    double exp(double x) {
      return StrictMath.exp(x);
    }

    @Override
    double log(double x) {
      return StrictMath.log(x);
    }

    @Override
    double pow(double x, double y) {
      return StrictMath.pow(x, y);
    }

    @Override
    double sum(double[] x, int from, int count, int stride) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += x[from + i * stride];
      }
      return sum;
    }
  };

  /** The arithmetic that results of this floating point type are computed in. */
  static Arithmetic of(DataType type) {
    return type == DataType.DOUBLE ? DOUBLE : FLOAT;
  }

  abstract double add(double a, double b);

  abstract double subtract(double a, double b);

  abstract double multiply(double a, double b);

  abstract double divide(double a, double b);

  abstract double sqrt(double x);

  abstract double exp(double x);

  abstract double log(double x);

  abstract double pow(double x, double y);

  /** Sum of {@code count} elements from {@code from}, {@code stride} apart: float32 by LaneSum. */
  abstract double sum(double[] x, int from, int count, int stride);

  final double sum(double[] x) {
    return sum(x, 0, x.length, 1);
  }
}
