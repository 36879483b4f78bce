package fp8sim.tensor;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;

/** Memory outside the Java heap that would not fit the limit; nothing was allocated. */
public final class MemoryLimitException extends Fp8simException {
  private static final long serialVersionUID = 1L;

  private final String limit;

  /**
   * A request that was refused.
   *
   * @param what does not fit, the beginning of the message
   * @param limit the sizes and what to do, the end of the message
   */
  MemoryLimitException(String what, String limit) {
    super(ExitCode.BACKEND, what + limit);
    this.limit = limit;
  }

  private MemoryLimitException(String what, MemoryLimitException cause) {
    super(ExitCode.BACKEND, what + cause.limit, cause);
    limit = cause.limit;
  }

  /** The same refusal, said about something that the user knows: a file and a node. */
  public MemoryLimitException of(String what) {
    return new MemoryLimitException(what, this);
  }
}
