package fp8sim.kernel.simd.coded;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.kernel.simd.vector.LookupVectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsedBlocksTest {
  private static final int NONE = -1;

  @ParameterizedTest
  @CsvSource({"16, 16", "16, 256", "32, 512", "64, 1024"})
  void findsTheBlocksOfEachTerm(int blockCodes, int codes) {
    SplittableRandom random = new SplittableRandom(codes);
    UsedBlocks used = new UsedBlocks(blockCodes);
    for (int count = 0; count < 40; count++) {
      long expected = 0;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment quads =
            arena.allocate((count + 1L) * ActivationCodes.BYTES, ActivationCodes.BYTES);
        for (int i = 0; i < count * ActivationCodes.TERMS; i++) {
          int code = random.nextInt(3) == 0 ? random.nextInt(codes) : NONE;
          LookupVectors.setShort(quads.address() + 2L * i, LookupTables.entry(code));
          if (code != NONE) {
            expected |= 1L << (code / blockCodes + i % ActivationCodes.TERMS * UsedBlocks.MOST);
          }
        }
        assertThat(used.find(quads.address(), count)).as("%d quads", count).isEqualTo(expected);
      }
    }
  }
}
