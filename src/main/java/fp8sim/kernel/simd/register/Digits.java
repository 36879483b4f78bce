package fp8sim.kernel.simd.register;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How products are cut into digits, lowest first: to each, half the range is added, so that digits
 * are not negative, and the complement of all digits is the negated product less one. A digit of
 * six bits lets bytes hold sums of four terms, one of seven bits two.
 *
 * @param widths bits of each digit, 6 to 8
 */
record Digits(int[] widths) {
  private static final int NARROWEST = 6;
  private static final int WIDEST = 8;

  /** Instructions of a digit besides its look-up, per term: adding and widening. */
  private static final double[] SUMMING = {1.5, 2, 3};

  /** The digits that cost least. */
  static Digits of(int bits, double lookup) {
    List<Integer> best = List.of();
    double least = Double.POSITIVE_INFINITY;
    int most = Math.ceilDiv(bits, NARROWEST);
    for (int eights = 0; eights <= most; eights++) {
      for (int sevens = 0; sevens + eights <= most; sevens++) {
        int rest = bits - WIDEST * eights - (WIDEST - 1) * sevens;
        int sixes = Math.max(0, Math.ceilDiv(rest, NARROWEST));
        List<Integer> widths = new ArrayList<>();
        add(widths, sixes, NARROWEST);
        add(widths, sevens, WIDEST - 1);
        add(widths, eights, WIDEST);
        double cost = widths.stream().mapToDouble(width -> cost(width, lookup)).sum();
        if (!widths.isEmpty() && cost < least) {
          least = cost;
          best = widths;
        }
      }
    }
    return new Digits(best.stream().mapToInt(Integer::intValue).toArray());
  }

  private static void add(List<Integer> widths, int count, int width) {
    for (int i = 0; i < count; i++) {
      widths.add(width);
    }
  }

  private static double cost(int width, double lookup) {
    return lookup + SUMMING[width - NARROWEST];
  }

  /** Instructions of a product. */
  double cost(double lookup) {
    double sum = 0;
    for (int width : widths) {
      sum += cost(width, lookup);
    }
    return sum;
  }

  int count() {
    return widths.length;
  }

  int mask(int digit) {
    return (1 << widths[digit]) - 1;
  }

  /** Terms whose digits a byte holds the sum of. */
  int terms(int digit) {
    return 1 << (WIDEST - widths[digit]);
  }

  /** How far a digit's lowest bit is from the product's. */
  int shift(int digit) {
    int shift = 0;
    for (int d = 0; d < digit; d++) {
      shift += widths[d];
    }
    return shift;
  }

  /** Bits of all digits. */
  int bits() {
    return shift(count());
  }

  /** Terms of which 16 bits hold the sum of every digit. */
  int block() {
    int block = Integer.MAX_VALUE;
    for (int d = 0; d < count(); d++) {
      block = Math.min(block, terms(d) << Byte.SIZE);
    }
    return block;
  }

  /** The widths that occur, without repetition. */
  int[] masks() {
    int[] masks = new int[count()];
    for (int d = 0; d < masks.length; d++) {
      masks[d] = mask(d);
    }
    return Arrays.stream(masks).distinct().toArray();
  }
}
