package fp8sim.benchmark;

import fp8sim.format.FloatFormat;
import fp8sim.format.Formats;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.simd.SimdKernels;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductTables;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One matrix product with a constant right operand on one thread: in float32 and with approximate
 * products. Divide {@code m * k * n} by the time for MAC/s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class ProductBenchmark {
  /** {@code m x k x n}. */
  @Param({"3136x576x64", "197x768x768", "196x1152x256", "256x256x256"})
  public String size = "256x256x256";

  /**
   * {@code float32}; else {@code format multiplier}, and {@code rounded} for rounded products,
   * {@code positive} for a left operand without negatives.
   */
  @Param({
    "float32",
    "e3m4 adder:compensation=3 rounded",
    "e3m4 adder:compensation=3 rounded positive",
    "e4m3 adder:compensation=3 rounded",
    "e3m4 study"
  })
  public String variant = "float32";

  private final Random random = new Random(1);
  private int m;
  private int k;
  private int n;
  private float[] left = new float[0];
  private float[] right = new float[0];
  private Executable product = parallel -> {};

  @Setup
  public void bind() {
    String[] sizes = size.split("x", 0);
    m = Integer.parseInt(sizes[0]);
    k = Integer.parseInt(sizes[1]);
    n = Integer.parseInt(sizes[2]);
    String[] words = variant.split(" ", 0);
    boolean isCoded = words.length > 1;
    FloatFormat format = (FloatFormat) Formats.parse(isCoded ? words[0] : "e3m4");
    FloatGrid grid = new FloatGrid(format, format.standardBias());
    left = values(grid, m * k, variant.endsWith("positive"));
    right = values(grid, k * n, false);
    product = bind(isCoded ? arithmetic(grid, words[1], variant.contains("rounded")) : null);
  }

  private float[] values(FloatGrid grid, int count, boolean positive) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double value = grid.value(grid.code(random.nextGaussian()));
      values[i] = (float) (positive ? Math.max(value, 0) : value);
    }
    return values;
  }

  private static ProductArithmetic arithmetic(FloatGrid grid, String model, boolean rounded) {
    ProductOperand operand = new ProductOperand(grid, 1, 0);
    ProductRounding rounding =
        rounded ? new ProductRounding.Nearest(grid) : new ProductRounding.None();
    return new ProductArithmetic(
        Multipliers.parse(model),
        operand,
        List.of(new ProductArithmetic.Channel(operand, grid, rounding)),
        Accumulator.EXACT,
        null,
        new ProductTables());
  }

  private Executable bind(ProductArithmetic arithmetic) {
    TensorType a = new TensorType(DataType.FLOAT, Shape.of(m, k));
    TensorType y = new TensorType(DataType.FLOAT, Shape.of(m, n));
    Operand.Slot first = new Operand.Slot(0, a);
    Operand.Slot output = new Operand.Slot((a.bytes() + 63) / 64 * 64, y);
    Operand.Constant weight = new Operand.Constant(Tensor.ofFloats(Shape.of(k, n), right));
    MemorySegment arena = Arena.ofAuto().allocate(output.offset() + y.bytes(), Tensor.ALIGNMENT);
    MemorySegment.copy(left, 0, arena, Tensor.FLOAT, 0, left.length);
    Step step =
        new Step(
            "product",
            new Op.Gemm(1f, 1f, false, false),
            List.of(first, weight),
            List.of(output),
            List.of(),
            arithmetic);
    Binding binding =
        new Binding(arena, Arena.ofAuto(), new PreparedConstants(), FloatMath.FUSED, 1);
    return SimdKernels.set().forStep(step).bind(step, binding);
  }

  @Benchmark
  public Object run() {
    product.run(Parallel.SEQUENTIAL);
    return product;
  }
}
