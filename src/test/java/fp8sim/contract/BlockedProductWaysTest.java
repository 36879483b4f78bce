package fp8sim.contract;

import fp8sim.kernel.KernelSet;
import fp8sim.kernel.simd.product.ProductWay;
import fp8sim.kernel.simd.sequential.SequentialWay;
import fp8sim.kernel.simd.significand.FloatWay;
import fp8sim.kernel.simd.significand.SignificandWay;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to multiply codes in blocks, and each of the lanes that sums term by term may have. */
@ParameterizedClass
@MethodSource("ways")
class BlockedProductWaysTest extends BlockedProductContract {
  private static final String TILES =
      "neither Conv.*|block formats of other operands.*|blocks of such a size|accumulator .*"
          + "|products are not those.*|exact sums of .*|more than .* significands"
          + "|weights that are computed";

  private final ProductWay way;
  private final Pattern expected;

  BlockedProductWaysTest(ProductWay way, String expected) {
    this.way = way;
    this.expected = Pattern.compile(expected);
  }

  static Stream<Arguments> ways() {
    Stream<Arguments> sequential =
        Arrays.stream(SequentialWay.Lanes.values())
            .map(
                lanes ->
                    Arguments.of(
                        new SequentialWay(Optional.of(lanes)), "products of more than 24 bits"));
    return Stream.concat(
        sequential,
        Stream.of(Arguments.of(new FloatWay(), TILES), Arguments.of(new SignificandWay(), TILES)));
  }

  /** Ways are asked for operands in their order only. */
  @Override
  boolean takesTransposed() {
    return false;
  }

  @Override
  KernelSet kernels() {
    return OneWay.kernels(way, expected);
  }
}
