package fp8sim.bounded;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** The pieces of memory that may be reached by address; for all threads. */
final class LiveMemory {
  /** What a thread found last: it mostly goes on there. */
  private static final class Found {
    long start;
    long end;
    long changes = -1;
  }

  /** Ends by starts. Pieces may overlap: a tensor lies in the memory of its session. */
  private final ConcurrentSkipListMap<Long, Long> ends = new ConcurrentSkipListMap<>();

  private final AtomicLong changes = new AtomicLong();
  private final ThreadLocal<Found> last = ThreadLocal.withInitial(Found::new);

  /** A piece; it takes the place of one with the same start, as its memory has got a new use. */
  void add(long start, long bytes) {
    if (bytes > 0) {
      Long before = ends.put(start, start + bytes);
      if (before != null && before != start + bytes) {
        changes.incrementAndGet();
      }
    }
  }

  /** All pieces that reach into a range end there. */
  void remove(long start, long bytes) {
    boolean removed = ends.subMap(start, start + bytes).values().removeIf(end -> true);
    for (Map.Entry<Long, Long> piece : ends.headMap(start).entrySet()) {
      if (piece.getValue() > start) {
        removed |= ends.remove(piece.getKey(), piece.getValue());
      }
    }
    if (removed) {
      changes.incrementAndGet();
    }
  }

  /** Fails unless a range lies inside a piece. */
  void require(long start, long bytes) {
    Found found = last.get();
    if (found.changes == changes.get() && start >= found.start && start + bytes <= found.end) {
      return;
    }
    long now = changes.get();
    for (Map.Entry<Long, Long> piece : ends.headMap(start, true).descendingMap().entrySet()) {
      if (start + bytes <= piece.getValue()) {
        found.start = piece.getKey();
        found.end = piece.getValue();
        found.changes = now;
        return;
      }
    }
    throw new AssertionError(outside(start, bytes));
  }

  private String outside(long start, long bytes) {
    Map.Entry<Long, Long> below = ends.floorEntry(start);
    Map.Entry<Long, Long> above = ends.higherEntry(start);
    return "%d bytes reached by address lie %s, %s"
        .formatted(
            bytes,
            below == null
                ? "below all memory"
                : "%d bytes after the start of %d"
                    .formatted(start - below.getKey(), below.getValue() - below.getKey()),
            above == null ? "nothing above" : above.getKey() - start + " bytes below the next");
  }
}
