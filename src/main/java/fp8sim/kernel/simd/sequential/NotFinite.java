package fp8sim.kernel.simd.sequential;

import java.util.BitSet;

/**
 * Which outputs of a product depend on a number that is not finite, and so are NaN.
 *
 * @param positions those that do
 * @param channels likewise, by their numbers in the step
 */
record NotFinite(BitSet positions, BitSet channels) {
  private static final NotFinite NONE = new NotFinite(new BitSet(), new BitSet());

  static NotFinite none() {
    return NONE;
  }

  boolean any() {
    return !positions.isEmpty() || !channels.isEmpty();
  }

  boolean reaches(int position, int channel) {
    return positions.get(position) || channels.get(channel);
  }

  /**
   * The outputs of an order that have one of the bad entries among their terms.
   *
   * @param bad numbers of entries
   * @param firstEntry of the product, in bytes
   */
  static BitSet outputs(ElementOrder order, BitSet bad, long firstEntry) {
    BitSet outputs = new BitSet(order.count());
    if (bad.isEmpty()) {
      return outputs;
    }
    BitSet elements = new BitSet(order.count());
    for (ElementOrder.Range range : order.ranges()) {
      for (TermSegment segment : range.segments()) {
        for (int i = segment.first(); i < segment.end(); i++) {
          elements.set(i, reaches(segment.terms(), firstEntry + order.index()[i], bad));
        }
      }
    }
    for (int output = 0; output < order.count(); output++) {
      outputs.set(output, elements.get(order.elementOf()[output]));
    }
    return outputs;
  }

  private static boolean reaches(int[] terms, long at, BitSet bad) {
    for (int term : terms) {
      if (term >= 0 && bad.get((int) ((at + term) / Short.BYTES))) {
        return true;
      }
    }
    return false;
  }
}
