package fp8sim.contract;

import fp8sim.numerics.FloatMath;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Devices multiply, then add, and name the steps that they have no kernel for. */
interface DeviceLimits extends Limits {
  Pattern REFUSAL =
      Pattern.compile("no kernel for .* node \"[^\"]*\" (\\(.*\\)); use --backend cpu");

  @Override
  default List<FloatMath> floatMaths() {
    return List.of(FloatMath.SEPARATE);
  }

  @Override
  default int[] workers() {
    return new int[] {1};
  }

  @Override
  default String reason(String message) {
    Matcher refusal = REFUSAL.matcher(message);
    return refusal.find() ? refusal.group(1) : message;
  }
}
