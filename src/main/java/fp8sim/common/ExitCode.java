package fp8sim.common;

/** Exit codes of the command line, part of its contract. */
public enum ExitCode {
  SUCCESS(0),
  /** A check ran and did not hold. */
  CHECK_FAILED(1),
  /** Bad usage, or a combination of options that is not supported. */
  USAGE(2),
  /** Bad, missing or unsupported input, unsupported operators included. */
  INPUT(3),
  /** The requested backend or device is not usable. */
  BACKEND(4),
  /** Output not writable, or disk full. */
  OUTPUT(5),
  /** Some points of a sweep failed. */
  SWEEP(6),
  INTERNAL(70),
  INTERRUPTED(130);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
