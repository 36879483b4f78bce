package fp8sim.kernel;

/** The kernel of one family, which it names itself, so that a set cannot mistake it for another. */
public interface FamilyKernel extends Kernel {
  /** The operators that this kernel serves. */
  KernelFamily family();
}
