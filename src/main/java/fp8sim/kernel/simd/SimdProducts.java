package fp8sim.kernel.simd;

import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.coded.TableWay;
import fp8sim.kernel.simd.depthwise.DepthwiseRegisterWay;
import fp8sim.kernel.simd.depthwise.DepthwiseSignificandWay;
import fp8sim.kernel.simd.depthwise.DepthwiseSingleWay;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductWay;
import fp8sim.kernel.simd.product.ProductWays;
import fp8sim.kernel.simd.product.ReferenceWay;
import fp8sim.kernel.simd.register.RegisterWay;
import fp8sim.kernel.simd.sequential.SequentialWay;
import fp8sim.kernel.simd.significand.FloatWay;
import fp8sim.kernel.simd.significand.SignificandWay;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All ways to multiply codes. */
final class SimdProducts {
  private static final List<ProductWay> WAYS =
      Stream.concat(
              TableWay.WAYS.stream(),
              Stream.of(
                  new FloatWay(),
                  new SignificandWay(),
                  new RegisterWay(),
                  new DepthwiseSignificandWay(),
                  new DepthwiseRegisterWay(),
                  new DepthwiseSingleWay(),
                  new SequentialWay(),
                  new ReferenceWay()))
          .toList();

  /** Those that take convolutions of any shape. */
  private static final List<ProductWay> RARE = List.of(new SequentialWay(), new ReferenceWay());

  private SimdProducts() {}

  /** The choice among them; see {@link ProductWays}. */
  static ProductWays of(Optional<ProductMethod> forced) {
    return new ProductWays(WAYS, forced, Machine.here());
  }

  /**
   * The choice for transposed convolutions, three dimensions, and windows far larger than the
   * input.
   */
  static ProductWays ofRareShapes(Optional<ProductMethod> forced) {
    return new ProductWays(RARE, forced, Machine.here());
  }
}
