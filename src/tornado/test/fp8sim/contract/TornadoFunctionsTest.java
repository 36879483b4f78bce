package fp8sim.contract;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.tornado.StepKernels;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Functions of float32 on the device are within 0 ulp of the reference, for numbers of all kinds.
 */
class TornadoFunctionsTest extends KernelContract implements DeviceLimits {
  private static final int COUNT = 1 << 20;

  @Override
  KernelSet kernels() {
    return StepKernels.set();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_NONE,
      names = {"IS_NAN|NOT|A?(SIN|COS)H?|TAN|ATANH?"})
  void everyBitPatternOf4096(UnaryFunction function) {
    int stride = 1 << 12;
    float[] values = new float[COUNT];
    Random random = new Random(function.name().hashCode());
    for (int i = 0; i < COUNT; i++) {
      values[i] = Float.intBitsToFloat(i * stride + random.nextInt(stride));
    }
    check(new Op.Unary(function, 0.3f, 0.7f), Shape.of(COUNT), tensor(values));
  }

  @ParameterizedTest
  @EnumSource(names = {"ADD", "SUB", "MUL", "DIV", "MAX", "MIN", "PRELU"})
  void randomBitPatterns(BinaryFunction function) {
    Random random = new Random(function.name().hashCode());
    float[][] values = new float[2][COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[0][i] = Float.intBitsToFloat(random.nextInt());
      values[1][i] = Float.intBitsToFloat(random.nextInt());
    }
    check(new Op.Binary(function), Shape.of(COUNT), tensor(values[0]), tensor(values[1]));
  }

  private static Tensor tensor(float[] values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }
}
