package fp8sim.kernel;

/** A step bound to its memory. Running allocates nothing. */
@FunctionalInterface
public interface Executable {
  void run(Parallel parallel);
}
