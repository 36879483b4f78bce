package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.simd.sequential.SequentialWay;
import fp8sim.numerics.FloatMath;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(SequentialWay.Lanes.class)
class SimdSequentialApproximateTest extends ApproximateContract {
  private static final Pattern EXPECTED =
      Pattern.compile(
          "nothing to multiply|codes too wide for tables|products of more than 24 bits");

  private final SequentialWay way;

  SimdSequentialApproximateTest(SequentialWay.Lanes lanes) {
    way = new SequentialWay(Optional.of(lanes));
  }

  /** Lanes do not depend on it. */
  @Override
  public List<FloatMath> floatMaths() {
    return List.of(FloatMath.FUSED);
  }

  @Override
  KernelSet kernels() {
    return OneWay.kernels(way, EXPECTED);
  }
}
