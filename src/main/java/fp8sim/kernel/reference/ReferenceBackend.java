package fp8sim.kernel.reference;

import fp8sim.kernel.Backend;
import fp8sim.kernel.Device;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.kernel.StepSession;
import fp8sim.plan.Plan;
import java.util.List;

/** The backend {@code reference}: the specification kernels on one thread. */
public final class ReferenceBackend implements Backend {
  private static final Device JVM = new Device("jvm", 0, "Java loops and EJML", -1);

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public List<Device> devices() {
    return List.of(JVM);
  }

  @Override
  public String unusableReason() {
    return "";
  }

  @Override
  public Session compile(Plan plan, SessionOptions options) {
    return new StepSession(plan, ReferenceKernels.set(), options, JVM);
  }
}
