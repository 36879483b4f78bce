package fp8sim.kernel;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import org.jspecify.annotations.Nullable;

/** A device's memory is too small for a plan; a plan for a smaller batch may fit. */
public final class DeviceMemoryException extends Fp8simException {
  private static final long serialVersionUID = 1L;

  /** A message that names the device and sizes. */
  public DeviceMemoryException(String message, @Nullable Throwable cause) {
    super(ExitCode.BACKEND, message, cause);
  }
}
