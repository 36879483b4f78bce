package fp8sim.kernel;

import fp8sim.common.Progress;
import fp8sim.plan.Plan;
import java.util.List;
import java.util.Map;

/**
 * A way to run plans; found by {@link java.util.ServiceLoader}. A backend that is asked for runs or
 * fails by name: nothing falls back in silence.
 */
public interface Backend {
  /** The name users give: {@code cpu}, {@code reference}, {@code tornado}. */
  String name();

  /** What this backend can run on here; empty if it is not usable. */
  List<Device> devices();

  /** One line that says what is missing and how to get it; empty if the backend is usable. */
  String unusableReason();

  default boolean isUsable() {
    return unusableReason().isEmpty();
  }

  /**
   * Whether it runs plans that {@link Plan#observes}; if not, calibration runs on {@code cpu},
   * which gives the same bits.
   */
  default boolean observes() {
    return true;
  }

  /** This backend, but telling about work that takes long, if it has any. */
  default Backend reporting(Progress progress) {
    return this;
  }

  /**
   * How the steps of a plan that multiply codes are computed, and why so, by their names; nothing
   * where there is no choice.
   *
   * @param device as {@link SessionOptions#device}
   */
  default Map<String, String> productKernels(Plan plan, String device) {
    return Map.of();
  }

  /**
   * Makes a plan ready to run: packs or uploads weights, binds kernels to memory.
   *
   * @throws fp8sim.common.Fp8simException if the device cannot run it
   */
  Session compile(Plan plan, SessionOptions options);
}
