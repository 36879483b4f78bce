package fp8sim.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions that are not defined everywhere, at and far beyond the ends of their domains. */
class FunctionDomainTest {
  private static final double[] POWERS = {
    0x1p-149, 0x1p-126, 1e-30, 1e-3, 0.5, 1, 1.5, 3, 1e3, 0x1p28, 1e10, 1e30, 3e38
  };

  /**
   * Domains and values at their ends.
   *
   * @param atLow the value at the low end
   */
  @ParameterizedTest
  @CsvSource({
    "ACOS, -1, 1, 3.141592653589793, 0",
    "ACOSH, 1, Infinity, 0, Infinity",
    "ASIN, -1, 1, -1.5707963267948966, 1.5707963267948966",
    "ATANH, -1, 1, -Infinity, Infinity",
    "LOG, 0, Infinity, -Infinity, Infinity",
    "SQRT, 0, Infinity, 0, Infinity",
    "ASINH, -Infinity, Infinity, -Infinity, Infinity",
    "ATAN, -Infinity, Infinity, -1.5707963267948966, 1.5707963267948966",
    "TANH, -Infinity, Infinity, -1, 1",
    "ERF, -Infinity, Infinity, -1, 1",
    "SIGMOID, -Infinity, Infinity, 0, 1",
    "SOFTPLUS, -Infinity, Infinity, 0, Infinity",
    "EXP, -Infinity, Infinity, 0, Infinity",
    "SINH, -Infinity, Infinity, -Infinity, Infinity",
    "COSH, -Infinity, Infinity, Infinity, Infinity",
  })
  void domains(UnaryFunction function, double low, double high, double atLow, double atHigh) {
    Op.Unary op = new Op.Unary(function);
    FloatUnary single = FloatUnary.of(op);
    for (DoubleUnaryOperator f :
        new DoubleUnaryOperator[] {DoubleFunctions.of(op), x -> single.apply((float) x)}) {
      assertThat((float) f.applyAsDouble(low)).as("low end").isEqualTo((float) atLow);
      assertThat((float) f.applyAsDouble(high)).as("high end").isEqualTo((float) atHigh);
      assertThat(f.applyAsDouble(Double.NaN)).isNaN();
      for (double power : POWERS) {
        for (double x : new double[] {power, -power, 1 + power * 0x1p-20, -1 - power * 0x1p-20}) {
          float rounded = (float) x;
          boolean defined = rounded >= low && rounded <= high;
          assertThat(Double.isNaN(f.applyAsDouble(rounded)))
              .as("%s(%s)", function, rounded)
              .isEqualTo(!defined);
        }
      }
      for (double x : new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
        boolean defined = x >= low && x <= high;
        assertThat(Double.isNaN(f.applyAsDouble(x))).as("%s", x).isEqualTo(!defined);
      }
    }
  }
}
