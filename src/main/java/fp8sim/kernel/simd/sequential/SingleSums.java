package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.multiplier.sum.RunningSum;

/**
 * Sums whose products are looked up one by one and then added as vectors: for an element of one
 * operand, those of a range of elements of the other one, the lanes. Laying tables out would cost
 * more where there are few elements.
 */
@InPhase(Phase.PRODUCTS)
final class SingleSums {
  private final SumRule rule;
  private final SequentialRows[] rows;
  private final int capacity;
  private final long products;
  private final long sums;

  /** What follows is used for parts only. */
  private final long partSums;

  private final long laneScales;
  private final long laneFormats;
  private final float[] elementScale = new float[1];
  private final RunningSum exact;

  /**
   * Room for {@code lanes} sums.
   *
   * @param rows one for each entry of the operand that has few elements
   * @param address of {@link #bytes} bytes
   */
  SingleSums(SumPlan plan, SequentialRows[] rows, int lanes, long address) {
    rule = plan.rule();
    this.rows = rows;
    capacity = Math.ceilDiv(lanes, LANES);
    products = address;
    sums = address + (long) capacity * VECTOR;
    partSums = sums + (long) plan.digits() * rule.vectors() * capacity * VECTOR;
    laneScales = partSums + (long) capacity * VECTOR;
    laneFormats = laneScales + (long) capacity * VECTOR;
    exact = Accumulator.EXACT.start(rows[0].units());
  }

  static long bytes(SumPlan plan, int lanes) {
    long capacity = Math.ceilDiv(lanes, LANES);
    return capacity * VECTOR * (4 + (long) plan.digits() * plan.rule().vectors());
  }

  /**
   * Computes the sums of an element with the elements of a segment, written as float32 in whole
   * vectors.
   *
   * @param laneTables numbers of the lanes' tables, if they have their own
   */
  void run(Element element, EncodedTerms lanes, TermSegment segment, int[] laneTables, long to) {
    add(element, lanes, segment, laneTables, 0, lanes.terms().length, to);
    if (rule.chunk() == 0) {
      finish(vectors(segment), to);
    }
  }

  /**
   * An element.
   *
   * @param number where its codes lie: the term's place is added
   * @param table its table; -1 if each lane has its own
   */
  record Element(EncodedTerms codes, int number, int table) {}

  /** As {@link #run}, where each part of the terms has a sum of its own. */
  void run(
      Element element,
      EncodedTerms lanes,
      TermSegment segment,
      int[] laneTables,
      PartScales scales,
      long to) {
    int vectors = vectors(segment);
    int count = segment.end() - segment.first();
    Memory.ALL.asSlice(to, (long) vectors * VECTOR).fill((byte) 0);
    scales.laneFormats(segment.first(), count, laneFormats);
    for (int part = 0; part < scales.parts().count(); part++) {
      int first = scales.parts().first(part);
      if (element.codes().terms()[first] < 0 || lanes.terms()[first] < 0) {
        continue;
      }
      add(element, lanes, segment, laneTables, first, scales.parts().end(part), partSums);
      if (rule.chunk() == 0) {
        finish(vectors, partSums);
      }
      scales.elements(element.codes(), first, element.number(), 1, elementScale);
      scales.lanes(lanes, first, segment.first(), count, laneScales);
      for (long at = 0; at < (long) vectors * VECTOR; at += VECTOR) {
        scales.add(
            element.number(),
            1,
            partSums + at,
            elementScale,
            laneScales + at,
            laneFormats + at,
            to + at);
      }
    }
  }

  private static int vectors(TermSegment segment) {
    return Math.ceilDiv(segment.end() - segment.first(), LANES);
  }

  private long digit(int digit) {
    return sums + (long) digit * capacity * rule.vectors() * VECTOR;
  }

  /** Adds terms {@code from} to {@code end - 1} to empty sums. */
  private void add(
      Element element,
      EncodedTerms lanes,
      TermSegment segment,
      int[] laneTables,
      int from,
      int end,
      long to) {
    int vectors = vectors(segment);
    for (int digit = 0; digit < rows.length; digit++) {
      long start = digit(digit);
      rule.clear(start, (long) vectors * rule.vectors());
      if (rule.chunk() > 0) {
        Memory.ALL.asSlice(to, (long) vectors * VECTOR).fill((byte) 0);
      }
      int seen = 0;
      for (int term = from; term < end; term++) {
        if (element.codes().terms()[term] < 0 || lanes.terms()[term] < 0) {
          continue;
        }
        SequentialRows of = rows[digit];
        long row = element.codes().entry(term, element.number()) * of.rowBytes();
        long codes = lanes.address() + lanes.terms()[term];
        if (element.table() >= 0) {
          lookUp(of.table(element.table()) + row, codes, lanes.index(), segment);
        } else {
          lookUp(of, row, codes, lanes.index(), segment, laneTables);
        }
        SequentialLoops.addRow(rule, products, vectors * rule.vectors(), start);
        seen++;
        if (seen == rule.chunk()) {
          endChunk(start, vectors, to);
          seen = 0;
        }
      }
      if (rule.chunk() > 0 && seen > 0) {
        endChunk(start, vectors, to);
      }
    }
  }

  private void lookUp(long row, long codes, int[] index, TermSegment segment) {
    long to = products;
    for (int i = segment.first(); i < segment.end(); i++, to += Float.BYTES) {
      int entry = SequentialVectors.entry(codes + index[i]);
      Memory.set(to, Memory.get(row + (long) entry * Float.BYTES));
    }
  }

  private void lookUp(
      SequentialRows of, long row, long codes, int[] index, TermSegment segment, int[] laneTables) {
    long to = products;
    for (int i = segment.first(); i < segment.end(); i++, to += Float.BYTES) {
      int entry = SequentialVectors.entry(codes + index[i]);
      Memory.set(to, Memory.get(of.table(laneTables[i]) + row + (long) entry * Float.BYTES));
    }
  }

  private void endChunk(long start, int vectors, long to) {
    for (int v = 0; v < vectors; v++) {
      rule.addTo(start + (long) v * rule.vectors() * VECTOR, VECTOR, to + (long) v * VECTOR);
    }
    rule.clear(start, (long) vectors * rule.vectors());
  }

  private void finish(int vectors, long to) {
    if (rows.length == 1) {
      for (int v = 0; v < vectors; v++) {
        rule.toFloats(sums + (long) v * rule.vectors() * VECTOR, VECTOR, to + (long) v * VECTOR);
      }
      return;
    }
    for (int lane = 0; lane < vectors * LANES; lane++) {
      exact.clear();
      for (int digit = 0; digit < rows.length; digit++) {
        long at = digit(digit) + (long) lane * Double.BYTES;
        exact.add(SequentialVectors.getDouble(at));
      }
      Memory.set(to + (long) lane * Float.BYTES, exact.result());
    }
  }
}
