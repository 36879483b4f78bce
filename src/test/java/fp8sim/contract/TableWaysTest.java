package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.reference.ReferenceKernels;
import fp8sim.kernel.simd.SimdKernels;
import fp8sim.kernel.simd.coded.TableWay;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWays;
import fp8sim.multiplier.FloatGrid;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way that works on tables of products, forced, with products of every width. */
class TableWaysTest extends ProductContract {
  private static final FloatGrid E3M4 = ApproximateSteps.grid("e3m4", 4, false);
  private static final FloatGrid E4M3 = ApproximateSteps.grid("e4m3", 9, false);

  private final RandomTensors random = new RandomTensors(17);
  private final Set<ProductMethod> used = EnumSet.noneOf(ProductMethod.class);
  private ProductMethod forced = ProductMethod.TABLES;

  @Override
  KernelSet kernels() {
    ProductWays tables = new ProductWays(TableWay.WAYS, Optional.of(forced), Machine.here());
    KernelSet kernels = SimdKernels.set(Optional.of(forced));
    return KernelSet.of(
        (step, binding) -> {
          used.add(tables.choose(task(step)).way().method());
          return kernels.forStep(step).bind(step, binding);
        });
  }

  private static ProductTask task(Step step) {
    ProductArithmetic arithmetic = step.arithmetic();
    assertThat(arithmetic).isNotNull();
    return new ProductTask(step, arithmetic, ReferenceKernels.kernel());
  }

  @AfterEach
  void theForcedWayWasUsed() {
    assertThat(used).containsExactly(forced);
  }

  /** Products of 16 and 32 bits and wider ones, with tables that follow laws and that do not. */
  private ProductArithmetic[] arithmetics() {
    FloatGrid wide = ApproximateSteps.grid("e4m3", 11, false);
    ProductOperand e4m3 = new ProductOperand(E4M3, 1, 0);
    return new ProductArithmetic[] {
      products.minifloats("adder:compensation=3", E3M4, "e3m4", false, Round.NEAREST, 5),
      products.minifloats("adder:zero=raw", E3M4, "e3m4", false, Round.NEAREST, 3),
      products.minifloats("mitchell", E3M4, "e3m4", false, Round.EXTENDING, 4),
      products.minifloats("study", E3M4, "e3m4", false, Round.NONE, 5),
      products.minifloats("exact", E3M4, "e2m5", false, Round.NEAREST, 2),
      products.arithmetic("adder", e4m3, "e4m3", false, Round.NEAREST, wide, 9),
      products.arithmetic("exact", e4m3, "e4m3", true, Round.EXTENDING, wide, 9),
      products.minifloats("exact", E4M3, "e4m3", false, Round.NONE, 8)
    };
  }

  @ParameterizedTest
  @CsvSource({
    "TABLES, 600, 33, 3",
    "TABLES, 7, 5, 70",
    "TABLES, 45, 150, 37",
    "WEIGHT_TABLES, 3, 33, 600",
    "WEIGHT_TABLES, 70, 5, 7",
    "WEIGHT_TABLES, 37, 150, 45",
    "WEIGHT_TABLES, 1, 9, 1",
    "SINGLE, 1, 33, 70",
    "SINGLE, 13, 4, 7"
  })
  void sizes(ProductMethod method, int m, int k, int n) {
    forced = method;
    for (ProductArithmetic one : arithmetics()) {
      Tensor a = products.first(one, m, k);
      Shape shape = Shape.of(m, n);
      Tensor b = products.second(one, 1, k, n);
      Tensor c = random.normal(n);
      check(r -> r.withConstants(1, 2).withArithmetic(one), PLAIN, shape, a, b, c);
      check(r -> r.withArithmetic(one), new Op.MatMul(false), shape, a, b);
      Op.Gemm scaled = new Op.Gemm(0.7f, -0.3f, false, true);
      Tensor bt = products.second(one, k, n, k);
      check(r -> r.withConstants(1, 2).withArithmetic(one), scaled, shape, a, bt, c);
      check(r -> r.withArithmetic(one), new Op.MatMul(true), shape, a, bt);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TABLES", "WEIGHT_TABLES", "SINGLE"})
  void batches(ProductMethod method) {
    forced = method;
    for (ProductArithmetic one : arithmetics()) {
      Tensor a = products.first(one, 2, 3, 17, 9);
      Shape shape = Shape.of(2, 3, 17, 21);
      Op.MatMul op = new Op.MatMul(false);
      check(r -> r.withArithmetic(one), op, shape, a, products.second(one, 1, 2, 3, 9, 21));
      check(r -> r.withArithmetic(one), op, shape, a, products.second(one, 1, 3, 9, 21));
      Op.MatMul transposed = new Op.MatMul(true);
      check(r -> r.withArithmetic(one), transposed, shape, a, products.second(one, 1, 2, 1, 21, 9));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TABLES, 1, 3, 1, 1, 1",
    "TABLES, 2, 3, 2, 1, 1",
    "WEIGHT_TABLES, 1, 3, 1, 1, 1",
    "WEIGHT_TABLES, 1, 1, 1, 1, 0",
    "WEIGHT_TABLES, 1, 3, 1, 2, 2",
    "WEIGHT_TABLES, 2, 3, 2, 1, 1",
    "SINGLE, 2, 3, 2, 1, 1"
  })
  void convolutions(
      ProductMethod method, int groups, int kernel, int stride, int dilation, int pad) {
    forced = method;
    int reach = (kernel - 1) * dilation + 1;
    int height = (7 + 2 * pad - reach) / stride + 1;
    int width = (12 + 2 * pad - reach) / stride + 1;
    int filters = 38;
    Epilogue relu = new Epilogue.Activation(new Op.Unary(UnaryFunction.RELU));
    Epilogue affine =
        new Epilogue.Affine(
            1,
            new Operand.Constant(random.normal(filters)),
            new Operand.Constant(random.normal(filters)),
            false);
    for (ProductArithmetic one : arithmetics()) {
      Tensor x = products.first(one, 2, 6, 7, 12);
      int terms = 6 / groups * kernel * kernel;
      check(
          r -> r.withConstants(1, 2).withArithmetic(one).withEpilogue(affine, relu),
          new Op.Conv(window(kernel, stride, dilation, pad), groups),
          Shape.of(2, filters, height, width),
          x,
          products.second(one, terms, filters, 6 / groups, kernel, kernel),
          random.normal(filters));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TABLES", "WEIGHT_TABLES", "SINGLE"})
  void notANumber(ProductMethod method) {
    forced = method;
    ProductArithmetic one = arithmetics()[0];
    float[] values = products.first(one, 6, 9).toFloats();
    values[12] = Float.NaN;
    Tensor a = Tensor.ofFloats(Shape.of(6, 9), values);
    Tensor b = products.second(one, 1, 9, 20);
    check(r -> r.withConstants(1).withArithmetic(one), PLAIN, Shape.of(6, 20), a, b);
    check(r -> r.withArithmetic(one), new Op.MatMul(false), Shape.of(6, 20), a, b);
    float[] weights = b.toFloats();
    weights[25] = Float.POSITIVE_INFINITY;
    Tensor infinite = Tensor.ofFloats(b.shape(), weights);
    check(r -> r.withArithmetic(one), new Op.MatMul(false), Shape.of(6, 20), a, infinite);
  }
}
