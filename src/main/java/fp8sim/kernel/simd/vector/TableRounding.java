package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.INTS;
import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.ORDER;

import fp8sim.format.TableLookup;
import fp8sim.format.TableQuantizer;
import fp8sim.format.TableSteps;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.quant.QuantizerState;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Quantizes numbers to a table. Blocks go in two passes: vectors find buckets and keys (see {@link
 * TableSteps}), then each number looks its result up.
 */
@InPhase(Phase.QUANTIZATION)
final class TableRounding {
  private static final int INFINITY = 0x7F800000;

  /** Numbers of a block: buckets and keys stay in the first-level cache. */
  private static final int BLOCK = 1024;

  private final TableQuantizer quantizer;
  private final TableLookup lookup;

  TableRounding(TableQuantizer quantizer) {
    this.quantizer = quantizer;
    lookup = quantizer.lookup();
  }

  /**
   * Quantizes numbers from one address to another, which may be the same.
   *
   * @param live counts special numbers
   * @return whether all were finite
   */
  boolean apply(long from, long to, int count, QuantizerState live) {
    boolean finite = true;
    int done = 0;
    if (lookup.isSimple() && count >= 4 * LANES) {
      int[] buckets = new int[Math.min(BLOCK, count)];
      int[] keys = new int[buckets.length];
      int whole = count / LANES * LANES;
      while (done < whole) {
        int block = Math.min(BLOCK, whole - done);
        long offset = (long) done * Float.BYTES;
        if (findBuckets(lookup.steps(), from + offset, block, buckets, keys)) {
          select(lookup, block, buckets, keys);
          store(keys, block, to + offset);
        } else {
          finite &= applySingly(from + offset, to + offset, block, live);
        }
        done += block;
      }
    }
    long offset = (long) done * Float.BYTES;
    boolean rest = applySingly(from + offset, to + offset, count - done, live);
    return finite && rest;
  }

  /** Returns whether all numbers are finite; if not, nothing may be done with their buckets. */
  private static boolean findBuckets(
      TableSteps steps, long from, int count, int[] buckets, int[] keys) {
    int first = steps.first();
    int last = steps.last();
    int shift = steps.shift();
    int ofOneSign = steps.buckets() >> 1;
    IntVector largest = IntVector.zero(INTS);
    for (int i = 0; i < count; i += LANES) {
      long address = from + (long) i * Float.BYTES & ADDRESS;
      IntVector bits = IntVector.fromMemorySegment(INTS, ALL, address, ORDER);
      IntVector sign = bits.lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
      IntVector magnitude = bits.and(Integer.MAX_VALUE);
      largest = largest.max(magnitude);
      magnitude
          .lanewise(VectorOperators.LSHR, shift)
          .max(first)
          .min(last)
          .sub(first)
          .add(sign.and(ofOneSign))
          .intoArray(buckets, i);
      bits.lanewise(VectorOperators.XOR, sign.and(Integer.MAX_VALUE)).intoArray(keys, i);
    }
    return largest.reduceLanes(VectorOperators.MAX) < INFINITY;
  }

  /** Replaces keys by the bits of results. */
  private static void select(TableLookup lookup, int count, int[] buckets, int[] keys) {
    int[] borders = lookup.keys();
    long[] results = lookup.results();
    for (int i = 0; i < count; i++) {
      keys[i] = TableLookup.select(borders, results, buckets[i], keys[i]);
    }
  }

  private static void store(int[] bits, int count, long to) {
    for (int i = 0; i < count; i += LANES) {
      long address = to + (long) i * Float.BYTES & ADDRESS;
      IntVector.fromArray(INTS, bits, i).intoMemorySegment(ALL, address, ORDER);
    }
  }

  private boolean applySingly(long from, long to, int count, QuantizerState live) {
    boolean finite = true;
    for (long i = 0; i < (long) count * Float.BYTES; i += Float.BYTES) {
      float x = Memory.get(from + i);
      if (Float.isFinite(x)) {
        Memory.set(to + i, lookup.values()[lookup.steps().count(x)]);
      } else {
        finite = false;
        live.count(Float.isNaN(x) ? 1 : 0, Float.isNaN(x) ? 0 : 1);
        Memory.set(to + i, quantizer.apply(x));
      }
    }
    return finite;
  }
}
