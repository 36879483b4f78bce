package fp8sim.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockPlacementTest {
  private static final long ALL_PAIRS = Long.MAX_VALUE;
  private static final long NO_PAIRS = -1;

  private static MemoryBlock block(int first, int last, long bytes) {
    MemoryBlock block = new MemoryBlock(first, bytes);
    block.last = last;
    return block;
  }

  private static boolean overlap(MemoryBlock a, MemoryBlock b) {
    return a.first <= b.last
        && b.first <= a.last
        && a.offset < b.offset + b.bytes
        && b.offset < a.offset + a.bytes;
  }

  @ParameterizedTest
  @ValueSource(longs = {ALL_PAIRS, NO_PAIRS})
  void blocksThatLiveTogetherDoNotOverlap(long maxPairs) {
    Random random = new Random(7);
    for (int trial = 0; trial < 200; trial++) {
      List<MemoryBlock> blocks = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int first = random.nextInt(40) - 1;
        int last = first + random.nextInt(random.nextInt(30) + 1);
        blocks.add(block(first, last, 64L * (1 + random.nextInt(20))));
      }
      long end = BlockPlacement.place(blocks, maxPairs);
      for (int i = 0; i < blocks.size(); i++) {
        assertThat(blocks.get(i).offset).isNotNegative();
        assertThat(blocks.get(i).end()).isLessThanOrEqualTo(end);
        for (int j = 0; j < i; j++) {
          assertThat(overlap(blocks.get(i), blocks.get(j))).isFalse();
        }
      }
    }
  }

  @Test
  void largestFirstEachInTheLowestGap() {
    MemoryBlock small = block(0, 3, 64);
    MemoryBlock large = block(0, 1, 256);
    MemoryBlock later = block(2, 3, 192);
    assertThat(BlockPlacement.place(List.of(small, large, later), ALL_PAIRS)).isEqualTo(320);
    assertThat(List.of(large.offset, later.offset, small.offset)).containsExactly(0L, 0L, 256L);
  }

  @ParameterizedTest
  @ValueSource(longs = {ALL_PAIRS, NO_PAIRS})
  void aChainNeedsTwoBlocks(long maxPairs) {
    List<MemoryBlock> chain = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      chain.add(block(i, i + 1, 128));
    }
    assertThat(BlockPlacement.place(chain, maxPairs)).isEqualTo(256);
  }

  @Test
  void gapsBecomeOneAgain() {
    MemoryGaps gaps = new MemoryGaps();
    long a = gaps.take(64);
    long b = gaps.take(128);
    long c = gaps.take(64);
    gaps.free(a, 64);
    gaps.free(b, 128);
    assertThat(gaps.take(192)).isEqualTo(a);
    gaps.free(c, 64);
    assertThat(gaps.take(1024)).isEqualTo(c);
  }

  @Test
  void nothingNeedsNothing() {
    assertThat(BlockPlacement.place(List.of())).isZero();
  }
}
