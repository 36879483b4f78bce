package fp8sim.benchmark;

import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.Window;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.simd.SimdKernels;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Float32 kernels on one thread. GMAC/s is the number of multiplications in the name divided by the
 * time: 115.6 million for every case but {@code pointwise} (19.3) and {@code depthwise} (4.06).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TileBenchmark {
  /** Layers of ResNet-18 and MobileNetV2 at 224 x 224, and the first as a matrix product. */
  @Param({"convolution56", "convolution14", "convolution7", "pointwise", "depthwise", "linear"})
  public String layer = "";

  @Param public FloatMath floatMath = FloatMath.FUSED;

  private Arena lifetime = Arena.ofShared();
  private Executable executable = parallel -> {};

  /** Binds the layer's kernel. */
  @Setup(Level.Trial)
  @SuppressWarnings("MustBeClosed") // closed after the trial
  public void bind() {
    lifetime = Arena.ofShared();
    executable =
        switch (layer) {
          case "convolution56" -> convolution(64, 56, 64, 3, 1);
          case "convolution14" -> convolution(256, 14, 256, 3, 1);
          case "convolution7" -> convolution(512, 7, 512, 3, 1);
          case "pointwise" -> convolution(16, 112, 96, 1, 1);
          case "depthwise" -> convolution(144, 56, 144, 3, 144);
          case "linear" ->
              bind(
                  new Op.MatMul(false), Shape.of(3136, 576), Shape.of(576, 64), Shape.of(3136, 64));
          default -> throw new IllegalArgumentException(layer);
        };
  }

  private Executable convolution(int channels, int size, int filters, int kernel, int groups) {
    int pad = kernel / 2;
    Window window =
        new Window(
            List.of(kernel, kernel),
            List.of(1, 1),
            List.of(1, 1),
            List.of(pad, pad, pad, pad),
            Window.AutoPad.NOTSET);
    return bind(
        new Op.Conv(window, groups),
        Shape.of(1, channels, size, size),
        Shape.of(filters, channels / groups, kernel, kernel),
        Shape.of(1, filters, size, size));
  }

  private Executable bind(Op op, Shape x, Shape weight, Shape y) {
    long start = (x.elements() * 4L + 63) / 64 * 64;
    MemorySegment arena = lifetime.allocate(start + y.elements() * 4L, Tensor.ALIGNMENT);
    Operand input = new Operand.Slot(0, new TensorType(DataType.FLOAT, x));
    Operand.Slot output = new Operand.Slot(start, new TensorType(DataType.FLOAT, y));
    Tensor constant = Tensor.zeros(DataType.FLOAT, weight, lifetime);
    for (int i = 0; i < weight.elements(); i++) {
      constant.data().setAtIndex(Tensor.FLOAT, i, (i % 17 - 8) / 8f);
    }
    for (int i = 0; i < x.elements(); i++) {
      arena.setAtIndex(Tensor.FLOAT, i, (i % 13 - 6) / 4f);
    }
    Step step =
        new Step(
            layer, op, List.of(input, new Operand.Constant(constant)), List.of(output), List.of());
    Binding binding = new Binding(arena, lifetime, new PreparedConstants(), floatMath, 1);
    KernelSet kernels = SimdKernels.set();
    return kernels.forStep(step).bind(step, binding);
  }

  /** One layer. */
  @Benchmark
  public void run() {
    executable.run(Parallel.SEQUENTIAL);
  }

  /** Frees the layer's memory. */
  @TearDown(Level.Trial)
  public void free() {
    lifetime.close();
  }
}
