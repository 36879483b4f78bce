package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.plan.ProductArithmetic;
import jdk.incubator.vector.FloatVector;

/**
 * Multiplies the sums of parts by the scales of their blocks and adds them in float32: {@code total
 * += sum * scale of the elements' formats * scale of the first operand * scale of the second one}.
 */
@InPhase(Phase.PRODUCTS)
final class PartScales {
  /** A float for each 16-bit entry. */
  private static final int FLOATS_OF_ENTRIES = Float.BYTES / Short.BYTES;

  private final ProductArithmetic arithmetic;
  private final TermParts parts;
  private final boolean elementsArePositions;
  private final long elementScales;
  private final long laneScales;
  private final int firstChannel;
  private final float[] formats;

  /**
   * Scales of a product.
   *
   * @param elementScales address of the elements' scales, which lie as their codes do; 0 if they
   *     are not in blocks
   * @param laneScales likewise
   * @param firstChannel of the product
   * @param formats scales of the elements' formats, if elements are channels
   */
  PartScales(
      ProductArithmetic arithmetic,
      TermParts parts,
      boolean elementsArePositions,
      long elementScales,
      long laneScales,
      int firstChannel,
      float[] formats) {
    this.arithmetic = arithmetic;
    this.parts = parts;
    this.elementsArePositions = elementsArePositions;
    this.elementScales = elementScales;
    this.laneScales = laneScales;
    this.firstChannel = firstChannel;
    this.formats = formats;
  }

  TermParts parts() {
    return parts;
  }

  /** Writes the scales of lanes' blocks in the part of a term, a float for each lane. */
  void lanes(EncodedTerms lanes, int term, int first, int count, long to) {
    for (int lane = 0; lane < count; lane++) {
      Memory.set(to + (long) lane * Float.BYTES, scale(laneScales, lanes, term, first + lane));
    }
  }

  /** As {@link #lanes}, of elements to an array. */
  void elements(EncodedTerms elements, int term, int first, int count, float[] to) {
    for (int i = 0; i < count; i++) {
      to[i] = scale(elementScales, elements, term, first + i);
    }
  }

  private static float scale(long scales, EncodedTerms codes, int term, int element) {
    long entry = (long) codes.terms()[term] + codes.index()[element];
    return scales == 0 ? 1 : Memory.get(scales + FLOATS_OF_ENTRIES * entry);
  }

  /** Writes the scales of the formats of lanes, if lanes are channels. */
  void laneFormats(int first, int count, long to) {
    for (int lane = 0; elementsArePositions && lane < count; lane++) {
      float scale = arithmetic.scale(firstChannel + first + lane);
      Memory.set(to + (long) lane * Float.BYTES, scale);
    }
  }

  /**
   * Adds a vector of sums for each of some elements to totals.
   *
   * @param first number of the first element
   * @param sums of the first element; the others follow
   * @param scales of the elements' blocks
   * @param laneScales address of a vector
   * @param laneFormats address of a vector, of lanes that are channels
   */
  void add(
      int first,
      int count,
      long sums,
      float[] scales,
      long laneScales,
      long laneFormats,
      long totals) {
    if (elementsArePositions) {
      addPositions(count, sums, scales, laneScales, laneFormats, totals);
    } else {
      addChannels(first, count, sums, scales, laneScales, totals);
    }
  }

  private static void addPositions(
      int count, long sums, float[] scales, long laneScales, long laneFormats, long totals) {
    FloatVector format = Memory.load(laneFormats);
    FloatVector second = Memory.load(laneScales);
    for (int i = 0; i < count; i++) {
      long shift = (long) i * VECTOR;
      FloatVector first = FloatVector.broadcast(SPECIES, scales[i]);
      FloatVector sum = Memory.load(sums + shift).mul(format).mul(first).mul(second);
      Memory.store(totals + shift, Memory.load(totals + shift).add(sum));
    }
  }

  private void addChannels(
      int firstElement, int count, long sums, float[] scales, long laneScales, long totals) {
    FloatVector first = Memory.load(laneScales);
    for (int i = 0; i < count; i++) {
      long shift = (long) i * VECTOR;
      FloatVector format = FloatVector.broadcast(SPECIES, formats[firstElement + i]);
      FloatVector second = FloatVector.broadcast(SPECIES, scales[i]);
      FloatVector sum = Memory.load(sums + shift).mul(format).mul(first).mul(second);
      Memory.store(totals + shift, Memory.load(totals + shift).add(sum));
    }
  }
}
