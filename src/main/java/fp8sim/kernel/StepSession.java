package fp8sim.kernel;

import com.sun.management.OperatingSystemMXBean;
import fp8sim.ExitCode;
import fp8sim.Fp8simException;
import fp8sim.plan.Operand;
import fp8sim.plan.Plan;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The session of CPU backends: walks the plan's steps, each run by its kernel. */
public final class StepSession implements Session {
  /** Plans below this size are not checked: asking for the machine's memory takes a while. */
  private static final long SURELY_THERE = 1L << 30;

  private final Arena lifetime = Arena.ofShared();
  private final String model;
  private final WorkerPool pool;
  private final Device device;
  private final Executable[] executables;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Map<String, Tensor> outputs = new LinkedHashMap<>();

  public StepSession(Plan plan, KernelSet kernels, SessionOptions options, Device device) {
    requireMemory(plan);
    this.model = plan.model();
    this.device = device;
    pool = new WorkerPool(options.threads());
    MemorySegment arena = lifetime.allocate(Math.max(1, plan.arenaBytes()), Tensor.ALIGNMENT);
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
        bound.add(kernels.forStep(step).bind(step, binding));
      }
    }
    executables = bound.toArray(Executable[]::new);
    plan.inputs().forEach((name, slot) -> inputs.put(name, binding.tensor(slot)));
    for (Map.Entry<String, Operand> output : plan.outputs().entrySet()) {
      outputs.put(output.getKey(), binding.tensor(output.getValue()));
    }
  }

  private static void requireMemory(Plan plan) {
    if (plan.arenaBytes() <= SURELY_THERE) {
      return;
    }
    long total =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    if (plan.arenaBytes() > total) {
      throw new Fp8simException(
          ExitCode.BACKEND,
          "%s: its values need %d MiB, and this machine has %d; use smaller batches or inputs"
              .formatted(plan.model(), plan.arenaBytes() >> 20, total >> 20));
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
