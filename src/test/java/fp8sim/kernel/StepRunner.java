package fp8sim.kernel;

import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs one step on a kernel set. Each {@code with} gives a runner that differs in one setting. */
public record StepRunner(
    KernelSet kernels,
    FloatMath floatMath,
    int workers,
    List<Integer> constants,
    List<Epilogue> epilogue,
    @Nullable Tensor residual,
    @Nullable ProductArithmetic arithmetic,
    QuantizerTable quantizers) {
  private static final QuantizerTable NONE = new QuantizerTable(0);

  public static StepRunner of(KernelSet kernels) {
    return new StepRunner(kernels, FloatMath.FUSED, 1, List.of(), List.of(), null, null, NONE);
  }

  public StepRunner with(FloatMath math) {
    return new StepRunner(
        kernels, math, workers, constants, epilogue, residual, arithmetic, quantizers);
  }

  public StepRunner withWorkers(int count) {
    return new StepRunner(
        kernels, floatMath, count, constants, epilogue, residual, arithmetic, quantizers);
  }

  /** The inputs of these numbers are constants, all others computed. */
  public StepRunner withConstants(Integer... inputs) {
    return new StepRunner(
        kernels, floatMath, workers, List.of(inputs), epilogue, residual, arithmetic, quantizers);
  }

  public StepRunner withEpilogue(Epilogue... stages) {
    return new StepRunner(
        kernels, floatMath, workers, constants, List.of(stages), residual, arithmetic, quantizers);
  }

  /** Adds a computed tensor to the result, after the other stages of the epilogue. */
  public StepRunner withResidual(Tensor other) {
    return new StepRunner(
        kernels, floatMath, workers, constants, epilogue, other, arithmetic, quantizers);
  }

  /** Multiplies codes. */
  public StepRunner withArithmetic(ProductArithmetic products) {
    return new StepRunner(
        kernels, floatMath, workers, constants, epilogue, residual, products, quantizers);
  }

  /** What quantizers in the epilogue are. */
  public StepRunner withQuantizers(QuantizerTable table) {
    return new StepRunner(
        kernels, floatMath, workers, constants, epilogue, residual, arithmetic, table);
  }

  /** Runs an operator with one output. */
  public Tensor run(Op op, DataType type, Shape shape, @Nullable Tensor... inputs) {
    return run(op, List.of(new TensorType(type, shape)), inputs).getFirst();
  }

  /** Runs an operator with one float32 output. */
  public Tensor run(Op op, Shape shape, @Nullable Tensor... inputs) {
    return run(op, DataType.FLOAT, shape, inputs);
  }

  /**
   * Runs an operator.
   *
   * @param inputs null where an optional input is absent
   * @return copies of the outputs
   */
  public List<Tensor> run(Op op, List<TensorType> outputs, @Nullable Tensor... inputs) {
    Layout layout = new Layout();
    Map<Operand.Slot, Tensor> filled = new LinkedHashMap<>();
    List<@Nullable Operand> operands = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      operands.add(operand(inputs[i], constants.contains(i), layout, filled));
    }
    List<Operand.@Nullable Slot> results = new ArrayList<>();
    outputs.forEach(type -> results.add(layout.slot(type)));
    List<Epilogue> stages = new ArrayList<>(epilogue);
    Tensor other = residual;
    if (other != null) {
      Operand.Slot slot = layout.slot(new TensorType(other.type(), other.shape()));
      filled.put(slot, other);
      stages.add(new Epilogue.Residual(slot));
    }
    Step step = new Step("step", op, operands, results, stages, arithmetic);
    return execute(step, layout.bytes, filled, outputs);
  }

  private static @Nullable Operand operand(
      @Nullable Tensor tensor, boolean constant, Layout layout, Map<Operand.Slot, Tensor> filled) {
    if (tensor == null) {
      return null;
    }
    if (constant) {
      return new Operand.Constant(tensor);
    }
    Operand.Slot slot = layout.slot(new TensorType(tensor.type(), tensor.shape()));
    filled.put(slot, tensor);
    return slot;
  }

  private List<Tensor> execute(
      Step step, long bytes, Map<Operand.Slot, Tensor> filled, List<TensorType> outputs) {
    try (Arena lifetime = Arena.ofShared();
        WorkerPool pool = new WorkerPool(workers)) {
      MemorySegment arena = lifetime.allocate(Math.max(1, bytes), Tensor.ALIGNMENT);
      // NaN everywhere: a kernel must not rely on zeroed memory, nor leave an output unwritten.
      arena.fill((byte) 0xFF);
      Binding binding =
          new Binding(arena, lifetime, new PreparedConstants(), floatMath, workers, quantizers, 1);
      Executable executable = kernels.forStep(step).bind(step, binding);
      filled.forEach((slot, tensor) -> binding.tensor(slot).data().copyFrom(tensor.data()));
      executable.run(pool);
      List<Tensor> results = new ArrayList<>();
      for (int i = 0; i < outputs.size(); i++) {
        Operand.Slot slot = step.outputs().get(i);
        Tensor copy = Tensor.zeros(outputs.get(i).type(), outputs.get(i).shape());
        if (slot != null) {
          copy.data().copyFrom(binding.tensor(slot).data());
        }
        results.add(copy);
      }
      return results;
    }
  }

  /** The bits of a float32 tensor, for exact comparison; every NaN counts as the same. */
  public static int[] bits(Tensor tensor) {
    float[] values = tensor.toFloats();
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
    return bits;
  }

  /** Places slots one behind the other, so far apart that who leaves one meets no other. */
  private static final class Layout {
    private static final long APART = 4096;

    private long bytes;

    Operand.Slot slot(TensorType type) {
      Operand.Slot slot = new Operand.Slot(bytes, type);
      bytes += Math.ceilDiv(type.bytes(), Tensor.ALIGNMENT) * Tensor.ALIGNMENT + APART;
      return slot;
    }
  }
}
