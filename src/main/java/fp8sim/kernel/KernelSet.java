package fp8sim.kernel;

import fp8sim.plan.Step;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The kernels of a CPU backend, one for each {@link KernelFamily}. A fast set is the reference set
 * with faster members. Immutable.
 */
public final class KernelSet {
  private final Map<KernelFamily, Kernel> members;

  private KernelSet(Map<KernelFamily, Kernel> members) {
    this.members = members;
  }

  /** The set of a kernel that serves every family. */
  public static KernelSet of(Kernel kernel) {
    Map<KernelFamily, Kernel> members = new EnumMap<>(KernelFamily.class);
    for (KernelFamily family : KernelFamily.values()) {
      members.put(family, kernel);
    }
    return new KernelSet(members);
  }

  /** This set with another kernel for the family that it names. */
  public KernelSet with(FamilyKernel kernel) {
    Map<KernelFamily, Kernel> changed = new EnumMap<>(members);
    changed.put(kernel.family(), kernel);
    return new KernelSet(changed);
  }

  /** The member that serves a step. */
  public Kernel forStep(Step step) {
    return Objects.requireNonNull(members.get(KernelFamily.of(step)));
  }
}
