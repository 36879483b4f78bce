package fp8sim.kernel.simd.coded;

/**
 * What one pass of {@link TableSums} works on, besides its tables: sums at positions, and where the
 * codes of its terms lie. Addresses are of positions 0 of the codes, and of the first sums.
 */
final class TablePass {
  private final int[] positions;
  private final int first;
  private final int end;
  private final long tables;
  private final long sums;
  private final long wideSums;
  private long codes;
  private long nextCodes;

  /**
   * A pass over positions {@code first} to {@code end - 1}.
   *
   * @param positions where each position's codes start, in quads
   * @param sums a vector for each position
   * @param wideSums two vectors for each position
   */
  TablePass(int[] positions, int first, int end, long tables, long sums, long wideSums) {
    this.positions = positions;
    this.first = first;
    this.end = end;
    this.tables = tables;
    this.sums = sums;
    this.wideSums = wideSums;
  }

  /** Sets where the first four terms' codes lie, and the next four if there are so many. */
  void setCodes(long four, long nextFour) {
    codes = four;
    nextCodes = nextFour;
  }

  int[] positions() {
    return positions;
  }

  int first() {
    return first;
  }

  int end() {
    return end;
  }

  int count() {
    return end - first;
  }

  long codes() {
    return codes;
  }

  long nextCodes() {
    return nextCodes;
  }

  long tables() {
    return tables;
  }

  long sums() {
    return sums;
  }

  long wideSums() {
    return wideSums;
  }
}
