package fp8sim.kernel;

/** Runs the parts of a kernel on worker threads. */
public interface Parallel {
  /** Part {@code index} of a kernel, run by worker {@code worker} (0 to {@code workers() - 1}). */
  @FunctionalInterface
  interface Part {
    void run(int index, int worker);
  }

  /** Everything on the calling thread, in order. */
  Parallel SEQUENTIAL =
      new Parallel() {
        @Override
        public int workers() {
          return 1;
        }

        @Override
        public void run(int parts, Part part) {
          for (int i = 0; i < parts; i++) {
            part.run(i, 0);
          }
        }
      };

  int workers();

  /**
   * Runs parts 0 to {@code parts - 1}, each once, in any order and on any worker, and returns when
   * all are done. Results must not depend on which worker runs a part: the worker number only picks
   * scratch memory. A part that throws makes this call throw.
   */
  void run(int parts, Part part);
}
