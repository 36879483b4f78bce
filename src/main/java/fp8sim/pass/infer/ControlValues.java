package fp8sim.pass.infer;

import fp8sim.common.Fp8simException;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.function.Function;

/** What If and Loop decide by. */
public final class ControlValues {
  private ControlValues() {}

  /**
   * Whether a condition holds.
   *
   * @param condition one boolean
   * @param error makes the error of the node that has another condition
   */
  public static boolean isTrue(Tensor condition, Function<String, Fp8simException> error) {
    require(condition, DataType.BOOL, "its condition is %s %s", error);
    return condition.data().get(Tensor.BYTE, 0) != 0;
  }

  /**
   * How often a loop runs at most.
   *
   * @param trips one int64
   * @param error makes the error of the node that has another number
   */
  public static long iterations(Tensor trips, Function<String, Fp8simException> error) {
    require(trips, DataType.INT64, "its number of iterations is %s %s", error);
    return trips.data().get(Tensor.LONG, 0);
  }

  private static void require(
      Tensor tensor, DataType type, String what, Function<String, Fp8simException> error) {
    if (tensor.type() != type || tensor.shape().elements() != 1) {
      throw error.apply(what.formatted(tensor.type(), tensor.shape()));
    }
  }
}
