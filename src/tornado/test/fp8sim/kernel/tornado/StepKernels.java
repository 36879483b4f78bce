package fp8sim.kernel.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fp8sim.common.Progress;
import fp8sim.kernel.Backend;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Device;
import fp8sim.kernel.Executable;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.plan.Plan;
import fp8sim.plan.Step;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Single steps on the device, each a network of its own; compiled code is shared. */
public final class StepKernels {
  private static final DeviceNetworks NETWORKS = new DeviceNetworks(true, Progress.NONE);

  private StepKernels() {}

  /** One kernel for all families. Skips the test if there is no device. */
  public static KernelSet set() {
    String reason = new TornadoBackend().unusableReason();
    assumeTrue(reason.isEmpty(), reason);
    return KernelSet.of(StepKernels::bind);
  }

  /** The backend, with compiled code that is shared. Skips the test if there is no device. */
  public static Backend backend() {
    String reason = new TornadoBackend().unusableReason();
    assumeTrue(reason.isEmpty(), reason);
    return new SharingBackend();
  }

  private static final class SharingBackend implements Backend {
    @Override
    public String name() {
      return "tornado";
    }

    @Override
    public List<Device> devices() {
      return List.of();
    }

    @Override
    public String unusableReason() {
      return "";
    }

    @Override
    public Session compile(Plan plan, SessionOptions options) {
      return NETWORKS.session(plan, options);
    }
  }

  private static Executable bind(Step step, Binding binding) {
    Map<String, Operand.Slot> inputs = new LinkedHashMap<>();
    for (Operand operand : step.inputs()) {
      addSlot(inputs, operand);
    }
    for (Epilogue epilogue : step.epilogue()) {
      if (epilogue instanceof Epilogue.Residual residual) {
        addSlot(inputs, residual.other());
      }
    }
    Map<String, Operand> outputs = new LinkedHashMap<>();
    for (Operand.Slot slot : step.outputs()) {
      if (slot != null) {
        outputs.put("y" + slot.offset(), slot);
      }
    }
    Plan plan =
        new Plan(
            "step",
            List.of(step),
            inputs,
            outputs,
            binding.arena().byteSize(),
            binding.floatMath());
    SessionOptions options =
        new SessionOptions(1, "", new PreparedConstants(), binding.quantizers());
    TornadoSession session = NETWORKS.session(plan, options);
    return parallel -> {
      Map<String, Tensor> given = new LinkedHashMap<>();
      inputs.forEach((name, slot) -> given.put(name, binding.tensor(slot)));
      Map<String, Tensor> results = session.run(given);
      assertThat(session.kernelNanos()).as("time on the device").isPositive();
      outputs.forEach(
          (name, slot) -> binding.tensor(slot).data().copyFrom(results.get(name).data()));
    };
  }

  private static void addSlot(Map<String, Operand.Slot> slots, Operand operand) {
    if (operand instanceof Operand.Slot slot) {
      slots.put("x" + slot.offset(), slot);
    }
  }
}
