package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.SimdKernels;
import fp8sim.multiplier.FloatGrid;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of codes from tables in registers, wherever these can do a step. */
class SimdRegisterTest extends ApproximateContract {
  private static final FloatGrid E3M4 = ApproximateSteps.grid("e3m4", 4, false);

  @Override
  KernelSet kernels() {
    return SimdKernels.set(Optional.of(ProductMethod.REGISTERS));
  }

  /** Checks a step that registers must be able to do. */
  private void multiply(ProductArithmetic arithmetic, Op op, Shape output, Tensor a, Tensor b) {
    Operand first = new Operand.Slot(0, new TensorType(DataType.FLOAT, a.shape()));
    Operand.Slot y = new Operand.Slot(1 << 20, new TensorType(DataType.FLOAT, output));
    Step step =
        new Step("s", op, List.of(first, new Operand.Constant(b)), List.of(y), List.of(), arithmetic);
    assertThat(kernels().forStep(step).describe(step)).startsWith("registers:");
    check(r -> r.withConstants(1).withArithmetic(arithmetic), op, output, a, b);
  }

  private void multiply(ProductArithmetic arithmetic, int m, int k, int n) {
    Tensor a = products.first(arithmetic, m, k);
    Tensor b = products.second(arithmetic, 1, k, n);
    multiply(arithmetic, PLAIN, Shape.of(m, n), a, b);
  }

  private void convolve(ProductArithmetic arithmetic, int channels, int size, int stride) {
    int filters = 7;
    int out = (size - 1) / stride + 1;
    Tensor x = products.first(arithmetic, 2, channels, size, size);
    Tensor w = products.second(arithmetic, channels * 9, filters, channels, 3, 3);
    Op conv = new Op.Conv(window(3, stride, 1, 1), 1);
    multiply(arithmetic, conv, Shape.of(2, filters, out, out), x, w);
  }

  private ProductArithmetic rounded(String format, int bias) {
    FloatGrid grid = ApproximateSteps.grid(format, bias, false);
    return products.arithmetic(
        "adder", new ProductOperand(grid, 1, 0), format, false, Round.NEAREST, grid, bias);
  }

  @ParameterizedTest
  @CsvSource({"e3m4, 4", "e4m3, 7", "e2m3, 2", "e3m2, 4"})
  void roundedFormats(String format, int bias) {
    ProductArithmetic one = rounded(format, bias);
    allPairs(one);
    multiply(one, 9, 1100, 70);
    multiply(one, 3, 301, 64);
    convolve(one, 5, 11, 1);
    convolve(one, 4, 10, 2);
  }
}
