package fp8sim.kernel.simd.depthwise;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.I2B;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.S2B;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies rows of 16-bit entries into rows of elements that are filled in ascending order: up to
 * {@link #SLACK} bytes beyond a row are overwritten, and as many beyond its source are read.
 */
@InPhase(Phase.PACKING)
abstract class RowCopy {
  /** Bytes of the widest vector. */
  static final int SLACK = 64;

  /** Entries are {@code code + 1}, elements bytes that hold the code: padding is code 0. */
  static final RowCopy BYTES = new Bytes();

  /** Elements are the entries themselves. */
  static final RowCopy SHORTS = new Shorts();

  /** Bytes of an element. */
  abstract int bytes();

  /** Stores zeros. */
  abstract void clear(long to, int count);

  /** Copies every {@code step}th entry. */
  abstract void copy(long from, long to, int count, int step);

  private static final class Bytes extends RowCopy {
    private static final VectorSpecies<Byte> OF_SHORTS =
        VectorSpecies.of(byte.class, half(LookupVectors.SHORTS));
    private static final VectorSpecies<Byte> OF_INTS =
        VectorSpecies.of(byte.class, half(LookupVectors.HALF_SHORTS));

    private static VectorShape half(VectorSpecies<?> species) {
      return VectorShape.forBitSize(Math.max(64, species.vectorBitSize() / 2));
    }

    @Override
    int bytes() {
      return 1;
    }

    @Override
    void clear(long to, int count) {
      ByteVector zeros = ByteVector.zero(ByteVector.SPECIES_128);
      for (int i = 0; i < count; i += zeros.length()) {
        zeros.intoMemorySegment(ALL, to + i & ADDRESS, ORDER);
      }
    }

    @Override
    void copy(long from, long to, int count, int step) {
      int i = 0;
      if (step == 1) {
        for (; i < count; i += LookupVectors.SHORTS.length()) {
          LookupVectors.shorts(from + (long) i * Short.BYTES)
              .sub((short) 1)
              .convertShape(S2B, OF_SHORTS, 0)
              .intoMemorySegment(ALL, to + i & ADDRESS, ORDER);
        }
      } else if (step == 2) {
        for (; i < count; i += LookupVectors.INTS.length()) {
          LookupVectors.ints(from + (long) i * Integer.BYTES)
              .sub(1)
              .convertShape(I2B, OF_INTS, 0)
              .intoMemorySegment(ALL, to + i & ADDRESS, ORDER);
        }
      }
      for (; i < count; i++) {
        int entry = LookupVectors.getShort(from + (long) i * step * Short.BYTES);
        ALL.set(ValueLayout.JAVA_BYTE, to + i & ADDRESS, (byte) (entry - 1));
      }
    }
  }

  private static final class Shorts extends RowCopy {
    @Override
    int bytes() {
      return Short.BYTES;
    }

    @Override
    void clear(long to, int count) {
      ShortVector zeros = ShortVector.zero(ShortVector.SPECIES_128);
      for (int i = 0; i < count; i += zeros.length()) {
        zeros.intoMemorySegment(ALL, to + (long) i * Short.BYTES & ADDRESS, ORDER);
      }
    }

    @Override
    void copy(long from, long to, int count, int step) {
      int i = 0;
      if (step == 1) {
        for (; i < count; i += LookupVectors.SHORTS.length()) {
          long at = (long) i * Short.BYTES;
          LookupVectors.shorts(from + at).intoMemorySegment(ALL, to + at & ADDRESS, ORDER);
        }
      } else if (step == 2) {
        for (; i < count; i += LookupVectors.INTS.length()) {
          LookupVectors.ints(from + (long) i * Integer.BYTES)
              .convertShape(I2S, LookupVectors.HALF_SHORTS, 0)
              .intoMemorySegment(ALL, to + (long) i * Short.BYTES & ADDRESS, ORDER);
        }
      }
      for (; i < count; i++) {
        int entry = LookupVectors.getShort(from + (long) i * step * Short.BYTES);
        LookupVectors.setShort(to + (long) i * Short.BYTES, entry);
      }
    }
  }
}
