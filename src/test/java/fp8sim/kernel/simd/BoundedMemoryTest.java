package fp8sim.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import fp8sim.kernel.simd.vector.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** In the run with checked memory, accesses beside a piece of memory fail. */
@EnabledIfSystemProperty(named = "java.system.class.loader", matches = ".*BoundedLoader")
class BoundedMemoryTest {
  private static final int SIZE = 1024;

  @Test
  void accessesStayInside() {
    try (Arena arena = Arena.ofConfined()) {
      // The memory around is allocated too: an access that is not checked does no harm.
      MemorySegment whole = arena.allocate(3 * SIZE, Memory.VECTOR);
      long at = whole.asSlice(SIZE, SIZE).address();
      Memory.set(at + SIZE - Float.BYTES, 7f);
      assertEquals(7f, Memory.get(at + SIZE - Float.BYTES));
      assertFails(() -> Memory.get(at + SIZE));
      assertFails(() -> Memory.set(at - Float.BYTES, 1f));
      assertFails(() -> Memory.load(at + SIZE - Memory.VECTOR + Float.BYTES));
      assertFails(() -> Memory.store(at - Float.BYTES, Memory.load(at)));
      assertFails(() -> Memory.copy(at, at + SIZE / 2, SIZE));
    }
  }

  private static void assertFails(Runnable access) {
    try {
      access.run();
    } catch (AssertionError expected) {
      return;
    }
    fail("an access outside was not noticed: the checks are not active");
  }
}
