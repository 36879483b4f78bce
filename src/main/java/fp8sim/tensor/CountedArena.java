package fp8sim.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A shared arena whose memory is checked and counted; Java counts that of automatic arenas only.
 */
final class CountedArena implements Arena {
  private static final AtomicLong ALL = new AtomicLong();

  private final Arena arena = Arena.ofShared();
  private final AtomicLong own = new AtomicLong();

  /** Bytes of all counted arenas that are not closed. */
  static long all() {
    return ALL.get();
  }

  @Override
  public MemorySegment allocate(long bytes, long alignment) {
    NativeMemory.require(bytes);
    MemorySegment segment = arena.allocate(bytes, alignment);
    own.addAndGet(bytes);
    ALL.addAndGet(bytes);
    return segment;
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  @Override
  public void close() {
    arena.close();
    ALL.addAndGet(-own.getAndSet(0));
  }
}
