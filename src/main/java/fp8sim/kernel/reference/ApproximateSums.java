package fp8sim.kernel.reference;

import fp8sim.format.FloatQuantizer;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.multiplier.sum.RunningSum;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The sum of the products of codes of one output, term by term. */
final class ApproximateSums {
  private final ProductArithmetic arithmetic;
  private final BoundProduct[] products;
  private final RunningSum[] sums;
  private final float[] scales;
  private final @Nullable FloatQuantizer sumQuantizer;

  private int channel;
  private boolean isNan;

  /**
   * Sums of a step.
   *
   * @param terms most terms of a sum
   */
  ApproximateSums(Step step, ProductArithmetic arithmetic, int terms) {
    this.arithmetic = arithmetic;
    int count = arithmetic.channels().size();
    products = new BoundProduct[count];
    sums = new RunningSum[count];
    scales = new float[count];
    sumQuantizer = arithmetic.sumQuantizer();
    for (int c = 0; c < count; c++) {
      products[c] = arithmetic.product(c);
      if (arithmetic.accumulator().step() instanceof Accumulator.ExactStep) {
        products[c].units().requireExactSum(terms, step.describe());
      }
      sums[c] = arithmetic.accumulator().start(products[c].units());
      scales[c] = arithmetic.scale(c);
    }
  }

  /** Codes of the first operand. */
  int[] codes(float[] values) {
    ProductOperand operand = arithmetic.a();
    int[] codes = new int[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = operand.code(values[i]);
    }
    return codes;
  }

  /** Codes of the second operand. */
  int[] codes(float[] values, IntUnaryOperator channelOf) {
    int[] codes = new int[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = arithmetic.channel(channelOf.applyAsInt(i)).w().code(values[i]);
    }
    return codes;
  }

  /** Begins the sum of an output. */
  void start(int outputChannel) {
    channel = products.length == 1 ? 0 : outputChannel;
    sums[channel].clear();
    isNan = false;
  }

  void add(int codeA, int codeW) {
    if (codeA == ProductOperand.NOT_FINITE || codeW == ProductOperand.NOT_FINITE) {
      isNan = true;
    } else {
      sums[channel].add(products[channel].of(codeA, codeW));
    }
  }

  /** The output before alpha, beta and bias. */
  float result() {
    if (isNan) {
      return Float.NaN;
    }
    float sum = sums[channel].result();
    float scaled = scales[channel] == 1 ? sum : sum * scales[channel];
    return sumQuantizer == null ? scaled : sumQuantizer.apply(scaled);
  }
}
