package fp8sim.kernel.simd;

import fp8sim.kernel.Backend;
import fp8sim.kernel.Device;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.kernel.StepSession;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.plan.Plan;
import fp8sim.plan.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The backend {@code cpu}: Vector API kernels on all cores. */
public final class SimdBackend implements Backend {
  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public List<Device> devices() {
    return List.of(device());
  }

  @Override
  public String unusableReason() {
    return "";
  }

  @Override
  public Map<String, String> productKernels(Plan plan, String device) {
    KernelSet kernels = SimdKernels.set(ProductMethod.parse(device));
    Map<String, String> all = new LinkedHashMap<>();
    for (Step step : plan.steps()) {
      if (step.arithmetic() != null && step.writesAnything()) {
        String text = kernels.forStep(step).describe(step);
        all.put(step.name(), text.isEmpty() ? ProductMethod.REFERENCE.text() : text);
      }
    }
    return all;
  }

  @Override
  public Session compile(Plan plan, SessionOptions options) {
    return new StepSession(
        plan, SimdKernels.set(ProductMethod.parse(options.device())), options, device());
  }

  private static Device device() {
    String name =
        "%d-bit vectors, %d processors"
            .formatted(Memory.SPECIES.vectorBitSize(), Runtime.getRuntime().availableProcessors());
    return new Device("jvm", 0, name, -1);
  }
}
