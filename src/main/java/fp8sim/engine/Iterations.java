package fp8sim.engine;

/**
 * Counts the iterations of Loops while they run: of each, with those of the Loops in its body, and
 * of all in a run of the network.
 */
final class Iterations {
  /** More are taken for a loop without end. */
  private static final int MOST_OF_LOOP = 20_000;

  private static final int MOST_OF_RUN = 100_000;

  private int depth;
  private int ofLoop;
  private int ofRun;

  /** The network runs, or the body of a loop does. */
  void beginRun() {
    if (depth == 0) {
      ofRun = 0;
    }
  }

  /** A loop begins, within the loops that have not ended. */
  void enter() {
    if (depth == 0) {
      ofLoop = 0;
    }
    depth++;
  }

  /** The innermost loop ends. */
  void leave() {
    depth--;
  }

  /** Counts one more iteration; false if that is one too many. */
  boolean next() {
    ofLoop++;
    ofRun++;
    return ofLoop <= MOST_OF_LOOP && ofRun <= MOST_OF_RUN;
  }

  /** Which limit was passed. */
  String problem() {
    return ofLoop > MOST_OF_LOOP
        ? "it goes on after %d iterations, those of loops in it included".formatted(MOST_OF_LOOP)
        : "it goes on after %d iterations of all loops".formatted(MOST_OF_RUN);
  }
}
