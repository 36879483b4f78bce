package fp8sim.pass.infer;

import fp8sim.common.Fp8simException;
import org.jspecify.annotations.Nullable;

/** Inference cannot go on behind a node before a value is known, or what the node gives. */
final class UnknownValueException extends Fp8simException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable String value;

  /**
   * @param value its name in the graph; null if the node is one whose results are to be known
   */
  UnknownValueException(Fp8simException problem, @Nullable String value) {
    super(problem.exitCode(), String.valueOf(problem.getMessage()), problem);
    this.value = value;
  }

  @Nullable String value() {
    return value;
  }
}
