package fp8sim.kernel.simd;

import fp8sim.kernel.Backend;
import fp8sim.kernel.Device;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.kernel.StepSession;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.plan.Plan;
import java.util.List;

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
