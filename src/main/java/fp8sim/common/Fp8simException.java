package fp8sim.common;

import org.jspecify.annotations.Nullable;

/**
 * A failure that the user can understand and mend. The message is one line that says what is wrong,
 * where (file, node, option), and what to do.
 */
public class Fp8simException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  public Fp8simException(ExitCode exitCode, String message) {
    this(exitCode, message, null);
  }

  public Fp8simException(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** The same failure, whose message says where it was met. */
  public Fp8simException at(String where) {
    return new Fp8simException(exitCode, where + ": " + getMessage(), this);
  }

  /** Bad usage, or an unsupported combination. */
  public static Fp8simException usage(String message) {
    return new Fp8simException(ExitCode.USAGE, message);
  }

  /** Bad, missing or unsupported input. */
  public static Fp8simException input(String message) {
    return new Fp8simException(ExitCode.INPUT, message);
  }

  /** Bad, missing or unsupported input, with what led to it. */
  public static Fp8simException input(String message, Throwable cause) {
    return new Fp8simException(ExitCode.INPUT, message, cause);
  }

  /** A backend or device that cannot be used. */
  public static Fp8simException backend(String message) {
    return new Fp8simException(ExitCode.BACKEND, message);
  }

  /** Output that cannot be written, with what led to it. */
  public static Fp8simException output(String message, Throwable cause) {
    return new Fp8simException(ExitCode.OUTPUT, message, cause);
  }
}
