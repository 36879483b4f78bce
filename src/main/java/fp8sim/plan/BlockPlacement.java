package fp8sim.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Gives blocks of memory offsets so that those that live at the same time do not overlap. Largest
 * first, each gets the lowest gap that is free during its whole life. Where more than {@link
 * #MAX_PAIRS} pairs live together that takes too long: then blocks are placed in the order of time,
 * each in the smallest gap that holds it.
 */
final class BlockPlacement {
  /** A chain has one pair for each block, a dense block of n layers about n^2 / 2. */
  private static final long MAX_PAIRS = 1L << 23;

  /** Blocks in the order of their first step. */
  private final MemoryBlock[] byTime;

  private BlockPlacement(List<MemoryBlock> blocks) {
    byTime = blocks.toArray(MemoryBlock[]::new);
    Arrays.sort(byTime, Comparator.comparingInt(block -> block.first));
  }

  /**
   * Sets all offsets.
   *
   * @return the bytes that hold all blocks
   * @throws ArithmeticException if these are more than a long counts
   */
  static long place(List<MemoryBlock> blocks) {
    return place(blocks, MAX_PAIRS);
  }

  /** As {@link #place(List)}, with another limit of pairs, for tests of both ways. */
  static long place(List<MemoryBlock> blocks, long maxPairs) {
    BlockPlacement placement = new BlockPlacement(blocks);
    long pairs = placement.countPairs();
    if (pairs <= maxPairs) {
      placement.placeLargestFirst(Math.toIntExact(pairs));
    } else {
      placement.placeInOrderOfTime();
    }
    return blocks.stream().mapToLong(MemoryBlock::end).max().orElse(0);
  }

  private long countPairs() {
    PriorityQueue<Integer> ends = new PriorityQueue<>();
    long pairs = 0;
    for (MemoryBlock block : byTime) {
      while (!ends.isEmpty() && ends.element() < block.first) {
        ends.remove();
      }
      pairs += ends.size();
      ends.add(block.last);
    }
    return pairs;
  }

  private void placeLargestFirst(int pairs) {
    int[] earlier = new int[pairs];
    int[] from = earlierNeighbours(earlier);
    Integer[] bySize = new Integer[byTime.length];
    Arrays.setAll(bySize, i -> i);
    Arrays.sort(bySize, Comparator.comparingLong(i -> -byTime[i].bytes));
    List<MemoryBlock> placed = new ArrayList<>();
    for (int i : bySize) {
      placed.clear();
      for (int e = from[i]; e < from[i + 1]; e++) {
        addPlaced(byTime[earlier[e]], placed);
      }
      for (int j = i + 1; j < byTime.length && byTime[j].first <= byTime[i].last; j++) {
        addPlaced(byTime[j], placed);
      }
      placed.sort(Comparator.comparingLong(block -> block.offset));
      byTime[i].offset = firstGap(byTime[i].bytes, placed);
    }
  }

  /**
   * Lists for each block those before it in {@link #byTime} that still live when it starts.
   *
   * @param earlier filled with the lists, one after the other
   * @return where the list of each block starts, and where the last one ends
   */
  private int[] earlierNeighbours(int[] earlier) {
    int[] from = new int[byTime.length + 1];
    int[] living = new int[byTime.length];
    int count = 0;
    int end = 0;
    for (int i = 0; i < byTime.length; i++) {
      int still = 0;
      for (int k = 0; k < count; k++) {
        if (byTime[living[k]].last >= byTime[i].first) {
          living[still++] = living[k];
        }
      }
      System.arraycopy(living, 0, earlier, end, still);
      end += still;
      from[i + 1] = end;
      living[still] = i;
      count = still + 1;
    }
    return from;
  }

  private static void addPlaced(MemoryBlock block, List<MemoryBlock> placed) {
    if (block.offset >= 0) {
      placed.add(block);
    }
  }

  private static long firstGap(long bytes, List<MemoryBlock> placedByOffset) {
    long offset = 0;
    for (MemoryBlock other : placedByOffset) {
      if (other.offset - offset >= bytes) {
        break;
      }
      offset = Math.max(offset, other.end());
    }
    return offset;
  }

  private void placeInOrderOfTime() {
    MemoryGaps gaps = new MemoryGaps();
    PriorityQueue<MemoryBlock> living =
        new PriorityQueue<>(Comparator.comparingInt(block -> block.last));
    for (MemoryBlock block : byTime) {
      while (!living.isEmpty() && living.element().last < block.first) {
        MemoryBlock dead = living.remove();
        gaps.free(dead.offset, dead.bytes);
      }
      block.offset = gaps.take(block.bytes);
      living.add(block);
    }
  }
}
