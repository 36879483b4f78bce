package fp8sim.plan;

import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Free memory: gaps between blocks, and all that lies behind the last one. */
final class MemoryGaps {
  private final NavigableMap<Long, Long> bytesByOffset = new TreeMap<>();
  private final NavigableMap<Long, NavigableSet<Long>> offsetsByBytes = new TreeMap<>();
  private long end;

  /** Takes memory out of the smallest gap that has it, else behind all; returns the offset. */
  long take(long bytes) {
    Map.Entry<Long, NavigableSet<Long>> fitting = offsetsByBytes.ceilingEntry(bytes);
    if (fitting == null) {
      long offset = end;
      end = Math.addExact(end, bytes);
      return offset;
    }
    long offset = fitting.getValue().first();
    long gap = fitting.getKey();
    remove(offset, gap);
    if (gap > bytes) {
      add(offset + bytes, gap - bytes);
    }
    return offset;
  }

  /** Gives memory back; neighbouring gaps become one. */
  void free(long offset, long bytes) {
    long from = offset;
    long to = offset + bytes;
    Map.Entry<Long, Long> before = bytesByOffset.lowerEntry(offset);
    if (before != null && before.getKey() + before.getValue() == offset) {
      from = before.getKey();
      remove(from, before.getValue());
    }
    Long behind = bytesByOffset.get(to);
    if (behind != null) {
      remove(to, behind);
      to += behind;
    }
    if (to == end) {
      end = from;
    } else {
      add(from, to - from);
    }
  }

  private void add(long offset, long bytes) {
    bytesByOffset.put(offset, bytes);
    offsetsByBytes.computeIfAbsent(bytes, size -> new TreeSet<>()).add(offset);
  }

  private void remove(long offset, long bytes) {
    bytesByOffset.remove(offset);
    NavigableSet<Long> offsets = offsetsByBytes.get(bytes);
    if (offsets != null) {
      offsets.remove(offset);
      if (offsets.isEmpty()) {
        offsetsByBytes.remove(bytes);
      }
    }
  }
}
