package fp8sim.kernel.reference;

import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import java.util.function.IntUnaryOperator;

/**
 * Sums of products of codes whose operands have scales for blocks: the sum of each block by itself,
 * times both scales, added in float32 (docs/semantics.md section 5.4).
 */
final class BlockedSums {
  private final ProductArithmetic arithmetic;
  private final ApproximateSums sums;
  private int channel;
  private float total;

  /**
   * Sums of a step.
   *
   * @param terms most terms of the sum of a block
   */
  BlockedSums(Step step, ProductArithmetic arithmetic, int terms) {
    this.arithmetic = arithmetic;
    sums = new ApproximateSums(step, arithmetic, terms);
  }

  /** The first operand. */
  BlockedOperand left(Shape shape, float[] values) {
    return arithmetic.a().blocks() == null
        ? BlockedOperand.of(sums.codes(values))
        : BlockedOperand.of(arithmetic.a().blocks(), shape, values);
  }

  /** The second operand. */
  BlockedOperand right(Shape shape, float[] values, IntUnaryOperator channelOf) {
    return arithmetic.channel(0).w().blocks() == null
        ? BlockedOperand.of(sums.codes(values, channelOf))
        : BlockedOperand.of(arithmetic.channel(0).w().blocks(), shape, values);
  }

  /** Begins the sum of an output. */
  void start(int outputChannel) {
    channel = outputChannel;
    total = 0;
    sums.start(channel);
  }

  void add(int codeA, int codeW) {
    sums.add(codeA, codeW);
  }

  /** Ends a block: its sum, rounded to float32, times one scale, then the other, is added. */
  void endBlock(float scaleA, float scaleW) {
    total += sums.result() * scaleA * scaleW;
    sums.start(channel);
  }

  /** The output before alpha, beta and bias. */
  float result() {
    return total;
  }
}
