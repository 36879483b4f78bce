package fp8sim.kernel.simd.coded;

import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of tables and their sums: as wide as the machine's. */
final class TableVectors {
  private static final VectorShape SHAPE = Memory.SPECIES.vectorShape();
  private static final VectorShape HALF = VectorShape.forBitSize(SHAPE.vectorBitSize() / 2);

  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SHAPE);

  /** As many floats as {@link #DOUBLES} has lanes. */
  static final VectorSpecies<Float> HALF_FLOATS = VectorSpecies.of(float.class, HALF);

  /** As many ints as {@link #DOUBLES} has lanes. */
  static final VectorSpecies<Integer> HALF_INTS = VectorSpecies.of(int.class, HALF);

  /** Bytes of one vector: a table's entry for one code. */
  static final int BYTES = SHAPE.vectorBitSize() / Byte.SIZE;

  /**
   * Bytes of a table for each unit of an encoded code. Codes count in vectors of at most 256 bits,
   * so that those of 10 bits fit 16.
   */
  static final long SCALE = BYTES / LookupVectors.BYTES;

  private TableVectors() {}
}
