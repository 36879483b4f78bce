package fp8sim.bounded;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** The pieces of memory that may be reached by address; for all threads. */
final class LiveMemory {
  /** Pieces that a thread has met last, for as long as none of them can have changed. */
  private static final class Recent {
    private static final int PIECES = 16;

    private final long[] starts = new long[PIECES];
    private final long[] ends = new long[PIECES];
    private int next;
    private long changes = -1;

    /** Forgets everything if something has changed. */
    void keep(long now) {
      if (changes != now) {
        changes = now;
        Arrays.fill(ends, 0);
      }
    }

    boolean hasAround(long start, long end) {
      for (int i = 0; i < PIECES; i++) {
        if (start >= starts[i] && end <= ends[i]) {
          return true;
        }
      }
      return false;
    }

    boolean hasExactly(long start, long end) {
      for (int i = 0; i < PIECES; i++) {
        if (start == starts[i] && end == ends[i]) {
          return true;
        }
      }
      return false;
    }

    void note(long start, long end) {
      starts[next] = start;
      ends[next] = end;
      next = (next + 1) % PIECES;
    }
  }

  /** Ends by starts. Pieces may overlap: a tensor lies in the memory of its session. */
  private final ConcurrentSkipListMap<Long, Long> ends = new ConcurrentSkipListMap<>();

  private final AtomicLong changes = new AtomicLong();

  /** No piece has more bytes. */
  private final AtomicLong longest = new AtomicLong();

  private final ThreadLocal<Recent> recent = ThreadLocal.withInitial(Recent::new);

  /** A piece; it takes the place of one with the same start, as its memory has got a new use. */
  void add(long start, long bytes) {
    Recent mine = recent.get();
    mine.keep(changes.get());
    if (bytes <= 0 || mine.hasExactly(start, start + bytes)) {
      return;
    }
    longest.accumulateAndGet(bytes, Math::max);
    Long before = ends.put(start, start + bytes);
    if (before != null && before != start + bytes) {
      changes.incrementAndGet();
    } else {
      mine.note(start, start + bytes);
    }
  }

  /** All pieces that reach into a range end there. */
  void remove(long start, long bytes) {
    boolean removed = ends.subMap(start, start + bytes).values().removeIf(end -> true);
    for (Map.Entry<Long, Long> piece : below(start, false)) {
      if (piece.getValue() > start) {
        removed |= ends.remove(piece.getKey(), piece.getValue());
      }
    }
    if (removed) {
      changes.incrementAndGet();
    }
  }

  /** Pieces that start before an address, or there, and may reach to it; the nearest first. */
  private Set<Map.Entry<Long, Long>> below(long address, boolean inclusive) {
    return ends.subMap(address - longest.get(), true, address, inclusive)
        .descendingMap()
        .entrySet();
  }

  /** Fails unless a range lies inside a piece. */
  void require(long start, long bytes) {
    Recent mine = recent.get();
    mine.keep(changes.get());
    if (mine.hasAround(start, start + bytes)) {
      return;
    }
    for (Map.Entry<Long, Long> piece : below(start, true)) {
      if (start + bytes <= piece.getValue()) {
        mine.note(piece.getKey(), piece.getValue());
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
