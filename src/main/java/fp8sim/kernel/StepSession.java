package fp8sim.kernel;

import fp8sim.common.Fp8simException;
import fp8sim.plan.Operand;
import fp8sim.plan.Plan;
import fp8sim.plan.PlannedMemory;
import fp8sim.plan.Step;
import fp8sim.tensor.MemoryLimitException;
import fp8sim.tensor.NativeMemory;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The session of CPU backends: walks the plan's steps, each run by its kernel. */
public final class StepSession implements Session {
  private final Arena lifetime = NativeMemory.sharedArena();
  private final String model;
  private final WorkerPool pool;
  private final Device device;
  private Executable[] executables = {};
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Map<String, Tensor> outputs = new LinkedHashMap<>();

  /**
   * Allocates memory and binds all steps.
   *
   * @throws MemoryLimitException if the plan, or what its kernels work with, needs too much; then
   *     nothing is kept
   */
  public StepSession(Plan plan, KernelSet kernels, SessionOptions options, Device device) {
    this.model = plan.model();
    this.device = device;
    pool = new WorkerPool(options.threads());
    try {
      bind(plan, kernels, options);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  private void bind(Plan plan, KernelSet kernels, SessionOptions options) {
    MemorySegment arena = allocate(plan);
    Binding binding =
        new Binding(
            arena,
            lifetime,
            options.prepared(),
            plan.floatMath(),
            options.threads(),
            options.quantizers(),
            plan.samples());
    List<Executable> bound = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (step.writesAnything()) {
        bound.add(bind(step, kernels, binding));
      }
    }
    executables = bound.toArray(Executable[]::new);
    plan.inputs().forEach((name, slot) -> inputs.put(name, binding.tensor(slot)));
    for (Map.Entry<String, Operand> output : plan.outputs().entrySet()) {
      outputs.put(output.getKey(), binding.tensor(output.getValue()));
    }
  }

  private MemorySegment allocate(Plan plan) {
    try {
      return NativeMemory.allocate(lifetime, plan.arenaBytes());
    } catch (MemoryLimitException e) {
      throw e.of("%s: %s".formatted(model, PlannedMemory.of(plan).describe()));
    }
  }

  private Executable bind(Step step, KernelSet kernels, Binding binding) {
    try {
      return kernels.forStep(step).bind(step, binding);
    } catch (MemoryLimitException e) {
      throw e.of("%s: what %s works with does not fit".formatted(model, step.describe()));
    }
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> given) {
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      Tensor source = given.get(input.getKey());
      Tensor target = input.getValue();
      if (source == null
          || source.type() != target.type()
          || !source.shape().equals(target.shape())) {
        throw new IllegalArgumentException(
            "input " + input.getKey() + " needs " + target.type() + " " + target.shape());
      }
      target.data().copyFrom(source.data());
    }
    try {
      for (Executable executable : executables) {
        executable.run(pool);
      }
    } catch (Fp8simException e) {
      throw inModel(e);
    }
    return outputs;
  }

  /** Kernels name the node; the user also needs the file. */
  private Fp8simException inModel(Fp8simException problem) {
    return new Fp8simException(problem.exitCode(), model + ": " + problem.getMessage(), problem);
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public void close() {
    pool.close();
    lifetime.close();
  }
}
