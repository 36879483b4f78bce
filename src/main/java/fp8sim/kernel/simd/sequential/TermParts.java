package fp8sim.kernel.simd.sequential;

import fp8sim.format.BlockQuantizer;
import fp8sim.plan.ProductArithmetic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The terms of an output in the order in which they are added, in parts: each has a sum of its own
 * (docs/semantics.md section 5.4). Without blocks there is one part.
 *
 * @param terms the numbers of the terms, counted by input channel, then kernel element
 * @param ends the place behind the last term of each part
 */
record TermParts(List<Integer> terms, List<Integer> ends) {
  /** All terms as one part. */
  static TermParts one(int count) {
    return new TermParts(IntStream.range(0, count).boxed().toList(), List.of(count));
  }

  /**
   * The terms of a convolution, or of a matrix product, whose kernel has one element.
   *
   * @param channels input channels of a group
   * @param firstChannel of the group: blocks of the first operand are counted over all groups
   * @param taps elements of the kernel
   */
  static TermParts of(ProductArithmetic arithmetic, int channels, int firstChannel, int taps) {
    if (!arithmetic.isBlocked()) {
      return one(channels * taps);
    }
    int sizeA = size(arithmetic.a().blocks());
    int sizeW = size(arithmetic.channel(0).w().blocks());
    List<Integer> terms = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    int end;
    for (int first = 0; first < channels; first = end) {
      int left = sizeA - (firstChannel + first) % sizeA;
      end = first + Math.min(Math.min(left, sizeW - first % sizeW), channels - first);
      for (int tap = 0; tap < taps; tap++) {
        for (int channel = first; channel < end; channel++) {
          terms.add(channel * taps + tap);
        }
        ends.add(terms.size());
      }
    }
    return new TermParts(terms, ends);
  }

  private static int size(@Nullable BlockQuantizer blocks) {
    return blocks == null ? Integer.MAX_VALUE : blocks.format().size();
  }

  int count() {
    return ends.size();
  }

  /** The place of a part's first term. */
  int first(int part) {
    return part == 0 ? 0 : ends.get(part - 1);
  }

  int end(int part) {
    return ends.get(part);
  }

  /** The number of the term at a place. */
  int term(int place) {
    return terms.get(place);
  }
}
