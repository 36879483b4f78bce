package fp8sim.kernel.simd.conv;

/**
 * How a block of output positions is cut into tiles of six and four. The last tiles may overlap, so
 * that no slower kernel is needed: every tile has sums of its own, at {@code slot *
 * TileShape.COLUMNS}.
 *
 * @param starts first position of each tile
 * @param sizes positions of each tile, 6 or 4
 * @param slots of each tile's first position
 * @param slotOf where each position's result is taken from
 */
record PositionTiles(int[] starts, int[] sizes, int[] slots, int[] slotOf) {
  /** A block of fewer positions cannot be cut. */
  static final int LEAST = 4;

  private static final int SIX = 6;
  private static final int FOUR = 4;

  /** The tiles of {@code count >= LEAST} positions. */
  static PositionTiles of(int count) {
    int sixes = sixes(count);
    int left = count - SIX * sixes;
    int others = Math.ceilDiv(left, FOUR);
    int[] starts = new int[sixes + others];
    int[] sizes = new int[starts.length];
    int[] slots = new int[starts.length];
    int[] slotOf = new int[count];
    int slot = 0;
    for (int i = 0; i < starts.length; i++) {
      sizes[i] = i < sixes ? SIX : FOUR;
      starts[i] =
          Math.min(i < sixes ? SIX * i : SIX * sixes + FOUR * (i - sixes), count - sizes[i]);
      slots[i] = slot;
      for (int j = 0; j < sizes[i]; j++) {
        slotOf[starts[i] + j] = slot++;
      }
    }
    return new PositionTiles(starts, sizes, slots, slotOf);
  }

  /** As many tiles of six as leave 0, 3, 4, 7 or 8 positions, or overlap by one. */
  private static int sixes(int count) {
    int sixes = count / SIX;
    return switch (count % SIX) {
      case 1, 2 -> Math.max(0, sixes - 1);
      case 5 -> sixes == 0 ? 0 : sixes + 1;
      default -> sixes;
    };
  }

  int count() {
    return starts.length;
  }

  /** Rows of sums that all tiles need. */
  int allSlots() {
    return count() == 0 ? 0 : slots[count() - 1] + sizes[count() - 1];
  }
}
