package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.sequential.SequentialTables.TERMS;
import static fp8sim.kernel.simd.sequential.SequentialTables.VECTORS;
import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.multiplier.sum.RunningSum;
import java.util.Arrays;

/**
 * Sums of a range of elements of one operand, which select products laid out for {@link
 * SequentialTables#WIDTH} elements of the other one, the lanes. A pass takes four terms; between
 * passes sums wait in memory.
 */
@InPhase(Phase.PRODUCTS)
final class SelectedSums implements OrderedSums {
  private final SumRule rule;
  private final int elements;
  private final SequentialTables tables;
  private final SequentialRows[] rows;
  private final int used;
  private final long sums;
  private final long chunks;

  /** Sums of parts times their scales; not used without blocks. */
  private final long totals;

  private final long laneVectors;
  private final float[] elementScales;
  private final long[] codes = new long[TERMS];
  private final RunningSum exact;

  /** Numbers of the tables of all elements that may be lanes; empty if segments decide it. */
  private int[] laneTables = {};

  private EncodedTerms lanes = new EncodedTerms(0, new int[0], new int[0]);
  private int firstLane;
  private int laneCount;
  private int vectors;
  private boolean hasParts;

  /**
   * Room for the sums of {@code elements} elements.
   *
   * @param rows for each part of products
   * @param used blocks of entries that occur in the operand that selects
   * @param address of {@link #bytes} bytes
   */
  SelectedSums(SumPlan plan, SequentialRows[] rows, int elements, int used, long address) {
    rule = plan.rule();
    this.rows = rows;
    this.elements = elements;
    this.used = used;
    exact = Accumulator.EXACT.start(rows[0].units());
    int blockSize = new UsedEntries(rows[0].columns()).blockSize();
    tables = new SequentialTables(address, rows[0].columns(), blockSize);
    sums = address + (SequentialTables.bytes() + 63) / 64 * 64;
    chunks = sums + (long) plan.digits() * digitBytes(plan.rule(), elements);
    totals = chunks + floatBytes(elements);
    laneVectors = totals + floatBytes(elements);
    elementScales = new float[elements];
  }

  static long bytes(SumPlan plan, int elements) {
    return (SequentialTables.bytes() + 63) / 64 * 64
        + plan.digits() * digitBytes(plan.rule(), elements)
        + 2 * floatBytes(elements)
        + 2L * VECTORS * VECTOR;
  }

  private static long floatBytes(int elements) {
    return (long) VECTORS * elements * VECTOR;
  }

  private static long digitBytes(SumRule rule, int elements) {
    return (long) VECTORS * rule.vectors() * elements * VECTOR;
  }

  /**
   * Chooses the lanes.
   *
   * @param tablesOf numbers of the tables of all lanes' elements; empty if segments decide it
   */
  void select(EncodedTerms codesOfLanes, int first, int count, int[] tablesOf) {
    lanes = codesOfLanes;
    firstLane = first;
    laneCount = count;
    laneTables = tablesOf;
    vectors = Math.ceilDiv(count, LANES);
  }

  /**
   * Computes all sums of a range.
   *
   * @param address of the elements' codes
   */
  void run(ElementOrder order, ElementOrder.Range range, long address) {
    for (int digit = 0; digit < rows.length; digit++) {
      begin(digit);
      add(digit, 0, lanes.terms().length, order, range, address);
    }
  }

  /** As {@link #run}, where each part of the terms has a sum of its own. */
  void run(ElementOrder order, ElementOrder.Range range, long address, PartScales scales) {
    hasParts = true;
    for (int digit = 0; digit < rows.length; digit++) {
      begin(digit);
    }
    Memory.ALL.asSlice(totals, floatBytes(elements)).fill((byte) 0);
    long laneFormats = laneVectors + (long) VECTORS * VECTOR;
    scales.laneFormats(firstLane, laneCount, laneFormats);
    for (int part = 0; part < scales.parts().count(); part++) {
      int first = scales.parts().first(part);
      for (int digit = 0; digit < rows.length; digit++) {
        add(digit, first, scales.parts().end(part), order, range, address);
      }
      scales.lanes(lanes, first, firstLane, laneCount, laneVectors);
      for (TermSegment segment : range.segments()) {
        if (segment.terms()[first] >= 0) {
          int count = segment.end() - segment.first();
          EncodedTerms terms = new EncodedTerms(address, segment.terms(), order.index());
          scales.elements(terms, first, segment.first(), count, elementScales);
          int element = segment.first() - range.first();
          for (int v = 0; v < vectors; v++) {
            long shift = (long) v * VECTOR;
            scales.add(
                segment.first(),
                count,
                finished(v, element, count),
                elementScales,
                laneVectors + shift,
                laneFormats + shift,
                sum(totals, v, element));
          }
          clear(element, count);
        }
      }
    }
  }

  private void begin(int digit) {
    long start = sums + digit * digitBytes(rule, elements);
    rule.clear(start, (long) VECTORS * rule.vectors() * elements);
    if (rule.chunk() > 0) {
      Memory.ALL.asSlice(chunks, floatBytes(elements)).fill((byte) 0);
    }
  }

  /** Adds terms {@code from} to {@code end - 1}, after which chunks end. */
  private void add(
      int digit, int from, int end, ElementOrder order, ElementOrder.Range range, long address) {
    long start = sums + digit * digitBytes(rule, elements);
    int[] seen = new int[range.segments().size()];
    for (int term = from; term < end; term += TERMS) {
      int count = Math.min(TERMS, end - term);
      boolean shared = laneTables.length > 0;
      if (shared) {
        build(digit, term, count, -1);
      }
      for (int s = 0; s < seen.length; s++) {
        TermSegment segment = range.segments().get(s);
        if (!shared) {
          build(digit, term, count, segment.table());
        }
        EncodedTerms elementCodes = new EncodedTerms(address, segment.terms(), order.index());
        seen[s] = add(new Pass(elementCodes, segment, range.first(), start), term, count, seen[s]);
      }
    }
    for (int s = 0; rule.chunk() > 0 && s < seen.length; s++) {
      if (seen[s] > 0) {
        endChunk(range.segments().get(s), range.first(), start);
      }
    }
  }

  /** Lays the tables of some terms out: from one product table, or from that of each lane. */
  private void build(int digit, int firstTerm, int count, int number) {
    SequentialRows of = rows[digit];
    long[] to = tables.rows();
    for (int k = 0; k < count; k++) {
      if (lanes.terms()[firstTerm + k] < 0) {
        continue;
      }
      Arrays.fill(to, laneCount, vectors * LANES, of.padding());
      for (int lane = 0; lane < laneCount; lane++) {
        int table = number < 0 ? laneTables[firstLane + lane] : number;
        to[lane] = of.table(table) + lanes.entry(firstTerm + k, firstLane + lane) * of.rowBytes();
      }
      tables.build(k, vectors, used);
    }
  }

  /** What the passes over a segment's elements need. */
  private record Pass(EncodedTerms codes, TermSegment segment, int origin, long sums) {}

  /** Adds the terms of a pass that the segment has; returns how many its chunk then has. */
  private int add(Pass pass, int firstTerm, int count, int seenBefore) {
    int[] terms = pass.codes().terms();
    int seen = seenBefore;
    for (int k = 0; k < count; ) {
      if (terms[firstTerm + k] < 0) {
        k++;
        continue;
      }
      boolean whole =
          k == 0
              && count == TERMS
              && (rule.chunk() == 0 || rule.chunk() - seen >= TERMS)
              && terms[firstTerm + 1] >= 0
              && terms[firstTerm + 2] >= 0
              && terms[firstTerm + 3] >= 0;
      int added = whole ? TERMS : 1;
      add(pass, firstTerm + k, k, whole);
      k += added;
      seen += added;
      if (seen == rule.chunk()) {
        endChunk(pass.segment(), pass.origin(), pass.sums());
        seen = 0;
      }
    }
    return rule.chunk() == 0 ? 0 : seen;
  }

  private void add(Pass pass, int term, int table, boolean four) {
    TermSegment segment = pass.segment();
    int[] index = pass.codes().index();
    int[] terms = pass.codes().terms();
    for (int k = 0; k < (four ? TERMS : 1); k++) {
      codes[k] = pass.codes().address() + terms[term + k];
    }
    for (int plane = 0; plane < vectors * rule.vectors(); plane++) {
      long half = (long) (plane % rule.vectors()) * VECTOR / 2;
      long products = tables.table(table, plane / rule.vectors()) + half;
      long to = sum(pass.sums(), plane, segment.first() - pass.origin());
      if (four) {
        SequentialLoops.addFour(rule, codes, index, segment.first(), segment.end(), products, to);
      } else {
        SequentialLoops.addOne(rule, codes[0], index, segment.first(), segment.end(), products, to);
      }
    }
  }

  private long sum(long start, int plane, int element) {
    return start + ((long) plane * elements + element) * VECTOR;
  }

  private void endChunk(TermSegment segment, int origin, long start) {
    for (int v = 0; v < vectors; v++) {
      int plane = v * rule.vectors();
      long between = (long) elements * VECTOR;
      for (int i = segment.first() - origin; i < segment.end() - origin; i++) {
        rule.addTo(sum(start, plane, i), between, sum(chunks, v, i));
      }
    }
    for (int plane = 0; plane < vectors * rule.vectors(); plane++) {
      rule.clear(sum(start, plane, segment.first() - origin), segment.end() - segment.first());
    }
  }

  @Override
  public void row(int element, int count, long to) {
    for (int v = 0; v < count; v++) {
      long out = to + (long) v * VECTOR;
      if (hasParts) {
        Memory.store(out, Memory.load(sum(totals, v, element)));
      } else {
        finish(v, element, out);
      }
    }
  }

  /** Where the sums of some elements are as floats; see {@link #finish}. */
  private long finished(int vector, int element, int count) {
    if (rule.chunk() == 0 && rows.length == 1 && rule.areFloats()) {
      return sum(sums, vector * rule.vectors(), element);
    }
    for (int i = 0; i < count; i++) {
      finish(vector, element + i, sum(chunks, vector, element + i));
    }
    return sum(chunks, vector, element);
  }

  /** Writes a vector of sums of an element as floats. */
  private void finish(int vector, int element, long to) {
    if (rule.chunk() > 0) {
      Memory.store(to, Memory.load(sum(chunks, vector, element)));
    } else if (rows.length > 1) {
      combine(element, vector, to);
    } else {
      long from = sum(sums, vector * rule.vectors(), element);
      rule.toFloats(from, (long) elements * VECTOR, to);
    }
  }

  private void clear(int element, int count) {
    for (int digit = 0; digit < rows.length; digit++) {
      long start = sums + digit * digitBytes(rule, elements);
      for (int plane = 0; plane < vectors * rule.vectors(); plane++) {
        rule.clear(sum(start, plane, element), count);
      }
    }
    for (int v = 0; rule.chunk() > 0 && v < vectors; v++) {
      Memory.ALL.asSlice(sum(chunks, v, element), (long) count * VECTOR).fill((byte) 0);
    }
  }

  /** Adds the parts of exact sums and rounds once. */
  private void combine(int element, int vector, long to) {
    int half = LANES / 2;
    for (int lane = 0; lane < LANES; lane++) {
      exact.clear();
      for (int digit = 0; digit < rows.length; digit++) {
        long start = sums + digit * digitBytes(rule, elements);
        long at = sum(start, 2 * vector + lane / half, element);
        exact.add(SequentialVectors.getDouble(at + (long) (lane % half) * Double.BYTES));
      }
      Memory.set(to + (long) lane * Float.BYTES, exact.result());
    }
  }
}
