package fp8sim.kernel.simd.vector;

import fp8sim.kernel.LaneSum;
import fp8sim.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Working memory of the running thread, shared by all kernels that run on it. It grows to what the
 * largest of them needs and goes with the thread.
 */
public final class Scratch {
  private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

  private MemorySegment panel = allocate(1 << 16);
  private float[] accumulators = new float[TileShape.ROWS * TileShape.COLUMNS];
  private final float[] tileFloats = new float[2 * TileShape.ROWS * TileShape.COLUMNS];
  private final float[] partialSums = new float[LaneSum.LANES];
  private final MemorySegment tiles = allocate(2L * TileShape.ROWS * TileShape.ROW);
  private final OutputTile output =
      new OutputTile(tiles.address(), tiles.address() + (long) TileShape.ROWS * TileShape.ROW);
  private final MemorySegment buffers = allocate(3L * VectorMath.BLOCK * Memory.VECTOR);
  private final MemorySegment vectors = allocate(4L * Memory.VECTOR);

  public static Scratch current() {
    return CURRENT.get();
  }

  /** Address of at least so many bytes, on a cache line; their contents are undefined. */
  public long panel(long bytes) {
    if (panel.byteSize() < bytes) {
      panel = allocate(bytes);
    }
    return panel.asSlice(0, bytes).address();
  }

  /** At least so many floats; their contents are undefined. */
  public float[] accumulators(int count) {
    if (accumulators.length < count) {
      accumulators = new float[count];
    }
    return accumulators;
  }

  /** The tile that is on its way to memory. */
  public OutputTile output() {
    return output;
  }

  /** Twice as many floats as a tile has. */
  public float[] tileFloats() {
    return tileFloats;
  }

  /** For {@link VectorSum}. */
  public float[] partialSums() {
    return partialSums;
  }

  /** Address of four vectors for the ends of rows. */
  long vectors() {
    return vectors.address();
  }

  /** Address of a buffer of {@link VectorMath#BLOCK} vectors, one of three. */
  long buffer(int level) {
    return buffers.address() + (long) level * VectorMath.BLOCK * Memory.VECTOR;
  }

  private static MemorySegment allocate(long bytes) {
    return NativeMemory.allocate(Arena.ofAuto(), bytes);
  }
}
