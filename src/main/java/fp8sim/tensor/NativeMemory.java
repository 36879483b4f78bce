package fp8sim.tensor;

import fp8sim.common.JavaMemory;
import fp8sim.common.UserOption;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory outside the Java heap, for all tensors and kernels. Before anything is allocated it is
 * checked that it fits, so that the system never has to end the process: into {@code --max-memory},
 * or else what the machine or container has, the Java heap included, and no more outside the heap
 * than the heap's own limit.
 */
public final class NativeMemory {
  /** Less than this in all is not checked: asking Java for its numbers takes some 50 ms once. */
  private static final long SURELY_THERE =
      Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4);

  /** What Java needs besides heap and tensors: code, classes, stacks. */
  private static final long JAVA_ITSELF = 128L << 20;

  /** How often a collection may be waited for that gives back tensors nobody uses. */
  private static final int COLLECTIONS = 3;

  private static final long COLLECTION_MILLIS = 50;

  private static final AtomicLong UNCHECKED = new AtomicLong();

  private static volatile long limit;

  private NativeMemory() {}

  /**
   * Sets what tensors and the Java heap may take together, in bytes; 0 for the machine's memory.
   */
  public static void setLimit(long bytes) {
    limit = bytes;
  }

  /** An arena for several threads, to be closed, whose memory counts. */
  public static Arena sharedArena() {
    return new CountedArena();
  }

  /**
   * Zeroed memory on a cache line.
   *
   * @throws MemoryLimitException if it does not fit the limit
   */
  public static MemorySegment allocate(Arena arena, long bytes) {
    if (!(arena instanceof CountedArena)) {
      require(bytes);
    }
    return arena.allocate(Math.max(1, bytes), Tensor.ALIGNMENT);
  }

  /**
   * Checks that so much more fits.
   *
   * @throws MemoryLimitException if it does not
   */
  public static void require(long bytes) {
    if (limit == 0 && UNCHECKED.addAndGet(Math.min(bytes, SURELY_THERE)) < SURELY_THERE) {
      return;
    }
    UNCHECKED.set(0);
    for (int i = 0; ; i++) {
      Room room = Room.now(limit);
      if (bytes <= room.bytes()) {
        return;
      }
      if (i == COLLECTIONS || bytes > room.mostEver()) {
        throw new MemoryLimitException(
            "%d MiB more do not fit".formatted(mebibytes(bytes)), room.explanation());
      }
      collect();
    }
  }

  /**
   * Checks that arrays of so many bytes can fit the Java heap at all.
   *
   * @throws MemoryLimitException if they cannot
   */
  public static void requireHeap(long bytes) {
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap) {
      throw new MemoryLimitException(
          "%d MiB of arrays do not fit".formatted(mebibytes(bytes)),
          (": it needs %d MiB of Java heap, which may have %d; use a smaller %s, smaller"
                  + " inputs or %s, or allow more with JDK_JAVA_OPTIONS=-Xmx16g")
              .formatted(
                  mebibytes(bytes),
                  heap >> 20,
                  UserOption.BATCH_SIZE,
                  UserOption.BACKEND.with("cpu")));
    }
  }

  private static void collect() {
    System.gc();
    try {
      Thread.sleep(COLLECTION_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Rounded up, so that a message never says that nothing is too much. */
  static long mebibytes(long bytes) {
    return (bytes >> 20) + ((bytes & 0xFFFFF) == 0 ? 0 : 1);
  }

  /**
   * What can still be allocated.
   *
   * @param bytes now
   * @param mostEver if nothing else were allocated
   * @param explanation for a message
   */
  private record Room(long bytes, long mostEver, String explanation) {
    static Room now(long limit) {
      long used = used();
      long java = Runtime.getRuntime().totalMemory();
      long outside = limit > 0 ? Long.MAX_VALUE : JavaMemory.mostDirect();
      long all = limit > 0 ? limit : JavaMemory.machine() - JAVA_ITSELF;
      String name =
          limit > 0
              ? "%s is %d".formatted(UserOption.MAX_MEMORY, limit >> 20)
              : "this machine or container has %d".formatted(JavaMemory.machine() >> 20);
      if (all - java <= outside) {
        return new Room(
            all - java - used,
            all - java,
            (": %s MiB, of which the Java heap has %d and tensors have %d; use a smaller"
                    + " %s or smaller inputs%s")
                .formatted(
                    name,
                    java >> 20,
                    used >> 20,
                    UserOption.BATCH_SIZE,
                    limit > 0 ? ", or allow more" : ""));
      }
      return new Room(
          outside - used,
          outside,
          (": Java may have %d MiB outside its heap, of which tensors have %d; use a smaller"
                  + " %s or smaller inputs, or allow more with %s or"
                  + " JDK_JAVA_OPTIONS=-Xmx16g")
              .formatted(outside >> 20, used >> 20, UserOption.BATCH_SIZE, UserOption.MAX_MEMORY));
    }
  }

  /** Bytes that segments outside the heap have now. */
  private static long used() {
    return JavaMemory.direct() + CountedArena.all();
  }
}
