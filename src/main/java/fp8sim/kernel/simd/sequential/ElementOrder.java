package fp8sim.kernel.simd.sequential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The elements of an operand: outputs in ranges, and those of a range sorted by the segment they
 * belong to.
 *
 * @param index where elements lie, as that of {@link EncodedTerms}
 * @param elementOf the element of each output, which is in the same range
 */
record ElementOrder(int[] index, int[] elementOf, List<Range> ranges) {
  /** Elements {@code first} to {@code end - 1}, and as many outputs. */
  record Range(int first, int end, List<TermSegment> segments) {
    int count() {
      return end - first;
    }
  }

  /** Terms, and the table, of some outputs. */
  record Group(int[] terms, int table) {}

  /**
   * Sorts outputs.
   *
   * @param index where the element of each output lies
   * @param groupOf the number of each output's group
   */
  static ElementOrder of(int[] index, List<Group> groups, IntUnaryOperator groupOf, int range) {
    int[] sorted = new int[index.length];
    int[] elementOf = new int[index.length];
    List<Range> ranges = new ArrayList<>();
    for (int first = 0; first < index.length; first += range) {
      int end = Math.min(first + range, index.length);
      int[] starts = new int[groups.size() + 1];
      for (int i = first; i < end; i++) {
        starts[groupOf.applyAsInt(i) + 1]++;
      }
      starts[0] = first;
      Arrays.parallelPrefix(starts, Integer::sum);
      List<TermSegment> segments = new ArrayList<>();
      for (int g = 0; g < groups.size(); g++) {
        if (starts[g] < starts[g + 1]) {
          Group group = groups.get(g);
          segments.add(new TermSegment(group.terms(), starts[g], starts[g + 1], group.table()));
        }
      }
      for (int i = first; i < end; i++) {
        int element = starts[groupOf.applyAsInt(i)]++;
        elementOf[i] = element;
        sorted[element] = index[i];
      }
      ranges.add(new Range(first, end, segments));
    }
    return new ElementOrder(sorted, elementOf, ranges);
  }

  int count() {
    return index.length;
  }

  /** Some outputs, without segments. */
  Range between(int first, int end) {
    return new Range(first, end, List.of());
  }
}
