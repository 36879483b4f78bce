package fp8sim.benchmark;

import fp8sim.format.Formats;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.simd.SimdKernels;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.QuantizerOptions;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerState;
import fp8sim.quant.QuantizerTable;
import fp8sim.quant.RangeMethod;
import fp8sim.quant.ValueRange;
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
 * The quantize kernel beside a copy of the same memory, on one thread. GB/s is {@code 8 * elements}
 * (read and written) divided by the time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class QuantizeBenchmark {
  private static final QuantizerId ID = QuantizerId.alone("q");

  @Param({"e4m3", "int8", "ofp8-e4m3", "mxfp8-e4m3", "mxint8", "nvfp4"})
  public String format = "";

  /** 1 MiB, in the second-level cache with its result; 64 MiB, in memory. */
  @Param({"262144", "16777216"})
  public int elements;

  private Arena lifetime = Arena.ofShared();
  private MemorySegment from = MemorySegment.NULL;
  private MemorySegment to = MemorySegment.NULL;
  private Executable executable = parallel -> {};

  /** Binds the kernel. */
  @Setup(Level.Trial)
  @SuppressWarnings("MustBeClosed") // closed after the trial
  public void bind() {
    lifetime = Arena.ofShared();
    long bytes = (long) elements * Float.BYTES;
    MemorySegment arena = lifetime.allocate(2 * bytes, Tensor.ALIGNMENT);
    from = arena.asSlice(0, bytes);
    to = arena.asSlice(bytes);
    Random random = new Random(1);
    for (int i = 0; i < elements; i++) {
      from.setAtIndex(Tensor.FLOAT, i, (float) random.nextGaussian());
    }
    QuantizerSpec spec =
        new QuantizerSpec(
            ID,
            QuantizerKind.ACTIVATION,
            Formats.parse(format),
            Channels.TENSOR,
            RangeMethod.MINMAX,
            QuantizerOptions.DEFAULT,
            -1);
    QuantizerState live = new QuantizerState(ID, spec::quantizer);
    live.fix(ValueRange.of(-4, 4));
    QuantizerTable table = new QuantizerTable(0);
    table.add(live);
    TensorType type = new TensorType(DataType.FLOAT, Shape.of(elements));
    Step step =
        new Step(
            "q",
            new Op.FakeQuantize(ID, false),
            List.of(new Operand.Slot(0, type)),
            List.of(new Operand.Slot(bytes, type)),
            List.of());
    Binding binding =
        new Binding(arena, lifetime, new PreparedConstants(), FloatMath.FUSED, 1, table, 1);
    executable = SimdKernels.set().forStep(step).bind(step, binding);
  }

  @Benchmark
  public void quantize() {
    executable.run(Parallel.SEQUENTIAL);
  }

  @Benchmark
  public void copy() {
    to.copyFrom(from);
  }

  /** Frees the memory. */
  @TearDown(Level.Trial)
  public void free() {
    lifetime.close();
  }
}
