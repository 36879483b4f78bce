package fp8sim.contract;

import fp8sim.numerics.FloatMath;
import java.util.List;
import java.util.Set;

/** What an implementation need not do; by default nothing. */
interface Limits {
  /** The float maths it has. */
  default List<FloatMath> floatMaths() {
    return List.of(FloatMath.values());
  }

  /** The numbers of workers to try. */
  default int[] workers() {
    return new int[] {1, 3};
  }

  /**
   * Which steps it has no kernel for, each {@code method: Operator (reason)}: in that test method
   * all these must be refused, and no others.
   */
  default Set<String> refusals() {
    return Set.of();
  }

  /** Why a step was refused, in parentheses, from the message of the refusal. */
  default String reason(String message) {
    return message;
  }
}
