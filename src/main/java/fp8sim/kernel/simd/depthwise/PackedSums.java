package fp8sim.kernel.simd.depthwise;

import static fp8sim.kernel.simd.vector.LookupVectors.HALF_FLOATS;
import static fp8sim.kernel.simd.vector.LookupVectors.LONGS;
import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.vector.LookupVectors;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;

/**
 * Sums of products that are looked up three at a time. The products that a code has with up to
 * three weights of a filter row lie in one long, 16 bits each, for as many outputs: an input
 * position adds a long for each filter row, and an output adds one part of each of three positions.
 */
@InPhase(Phase.PRODUCTS)
final class PackedSums implements PlaneSums {
  /** Parts of a long. */
  private static final int PARTS = 3;

  /** Bits of a part, one of them for its sign. */
  private static final int BITS = 16;

  private static final long MASK = 0xFFFF;

  /** Added to each part of a sum, so that no part is negative. */
  private static final long OFFSETS = 0x8000_8000_8000L;

  private static final int OFFSET = 0x8000;

  /** The bits of 2^52: with a smaller integer in their lower bits, their sum as a double. */
  private static final long EXPONENT = 0x433L << 52;

  private static final double EXPONENT_VALUE = 0x1p52;

  /**
   * Columns of a filter whose products lie together.
   *
   * @param columns kernel columns, of one remainder by the stride
   * @param shifts of the positions that belong to one output, from the first column's
   */
  private record Group(List<Integer> columns, List<Integer> shifts) {}

  private final PlaneLayout layout;
  private final TapProducts products;
  private final EntryRows rows;
  private final int kernelHeight;
  private final int kernelWidth;
  private final List<Group> groups;

  /** Bytes of the sums of a group. */
  private final long sumBytes;

  private final double base;

  PackedSums(ConvGeometry geometry, PlaneLayout layout, TapProducts products, EntryRows rows) {
    this.layout = layout;
    this.products = products;
    this.rows = rows;
    kernelHeight = geometry.kernelHeight();
    kernelWidth = geometry.kernelWidth();
    groups = groups(geometry);
    sumBytes = (layout.positions() + longest(groups) + (long) LONGS.length()) * Long.BYTES;
    base = EXPONENT_VALUE + (double) kernelWidth * OFFSET;
  }

  /** Whether sums over the rows of a filter of products of so many bits fit a part. */
  static boolean fits(int bits, int kernelHeight) {
    return (long) kernelHeight << bits <= OFFSET;
  }

  private static List<Group> groups(ConvGeometry g) {
    List<Group> result = new ArrayList<>();
    for (int remainder = 0; remainder < g.strideX(); remainder++) {
      Group open = new Group(new ArrayList<>(), new ArrayList<>());
      for (int kx = 0; kx < g.kernelWidth(); kx++) {
        int x = kx * g.dilationX();
        if (x % g.strideX() != remainder) {
          continue;
        }
        if (open.columns().size() == PARTS) {
          result.add(open);
          open = new Group(new ArrayList<>(), new ArrayList<>());
        }
        int first = open.columns().isEmpty() ? kx : open.columns().getFirst();
        open.columns().add(kx);
        open.shifts().add((x - first * g.dilationX()) / g.strideX());
      }
      if (!open.columns().isEmpty()) {
        result.add(open);
      }
    }
    return result;
  }

  private static int longest(List<Group> groups) {
    return groups.stream().mapToInt(group -> group.shifts().getLast()).max().orElse(0);
  }

  @Override
  public RowCopy copy() {
    return RowCopy.SHORTS;
  }

  @Override
  public int factor() {
    return EntryRows.BYTES;
  }

  @Override
  public long workBytes() {
    return groups.size() * (sumBytes + kernelHeight * tableBytes());
  }

  /** Bytes of the table of a group and a filter row. */
  private long tableBytes() {
    return (rows.entries() + (long) LONGS.length()) * Long.BYTES;
  }

  private long table(long work, int group, int ky) {
    return work + groups.size() * sumBytes + (group * (long) kernelHeight + ky) * tableBytes();
  }

  @Override
  public void prepare(int channel, long work) {
    for (int g = 0; g < groups.size(); g++) {
      List<Integer> columns = groups.get(g).columns();
      for (int ky = 0; ky < kernelHeight; ky++) {
        int tap = (channel * kernelHeight + ky) * kernelWidth;
        long to = table(work, g, ky);
        add(rows.address(products.rowOf()[tap + columns.getFirst()]), 0, false, to);
        for (int part = 1; part < columns.size(); part++) {
          add(rows.address(products.rowOf()[tap + columns.get(part)]), part * BITS, true, to);
        }
      }
    }
  }

  /** Adds a row's products to a table, or stores them; rows and tables end with spare room. */
  private void add(long row, int shift, boolean more, long to) {
    for (int i = 0; i < rows.entries(); i += LONGS.length()) {
      long at = (long) i * Long.BYTES;
      LongVector products = longs(row + at).lanewise(LSHL, shift);
      LongVector sum = more ? longs(to + at).add(products) : products;
      sum.intoMemorySegment(ALL, to + at & ADDRESS, ORDER);
    }
  }

  @Override
  public void run(long plane, int channel, long work, long sums) {
    long[] parts = new long[kernelWidth];
    int[] shifts = new int[kernelWidth];
    int count = 0;
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      long to = work + g * sumBytes;
      addRows(plane, g, work, to);
      for (int part = 0; part < group.columns().size(); part++, count++) {
        parts[count] = to + (long) group.shifts().get(part) * Long.BYTES;
        shifts[count] = part * BITS;
      }
    }
    addParts(parts, shifts, products.unit(channel), sums);
  }

  /** Sums the filter rows of a group at every position that an output needs. */
  private void addRows(long plane, int group, long work, long to) {
    List<Integer> columns = groups.get(group).columns();
    int count = layout.positions() + groups.get(group).shifts().getLast();
    int ky = 0;
    for (; ky + 3 <= kernelHeight; ky += 3) {
      long x = codes(plane, columns, ky);
      long y = codes(plane, columns, ky + 1);
      long z = codes(plane, columns, ky + 2);
      long tables = table(work, group, ky);
      addThree(new long[] {x, y, z}, tables, ky > 0, count, to);
    }
    for (; ky < kernelHeight; ky++) {
      addOne(codes(plane, columns, ky), table(work, group, ky), ky > 0, count, to);
    }
  }

  private long codes(long plane, List<Integer> columns, int ky) {
    int tap = ky * kernelWidth + columns.getFirst();
    return plane + (long) layout.offsets()[tap] * Short.BYTES;
  }

  private void addThree(long[] codes, long tables, boolean more, int count, long to) {
    long x = codes[0] & ADDRESS;
    long y = codes[1] & ADDRESS;
    long z = codes[2] & ADDRESS;
    long first = tables & ADDRESS;
    long second = tables + tableBytes() & ADDRESS;
    long third = tables + 2 * tableBytes() & ADDRESS;
    long out = to & ADDRESS;
    for (int i = 0; i < count; i++) {
      long at = (long) i * Short.BYTES;
      long sum = more ? ALL.get(LookupVectors.QUAD, out + (long) i * Long.BYTES) : OFFSETS;
      sum += ALL.get(LookupVectors.QUAD, first + entry(x + at));
      sum += ALL.get(LookupVectors.QUAD, second + entry(y + at));
      sum += ALL.get(LookupVectors.QUAD, third + entry(z + at));
      ALL.set(LookupVectors.QUAD, out + (long) i * Long.BYTES, sum);
    }
  }

  private static void addOne(long codes, long table, boolean more, int count, long to) {
    long x = codes & ADDRESS;
    long first = table & ADDRESS;
    long out = to & ADDRESS;
    for (int i = 0; i < count; i++) {
      long sum = more ? ALL.get(LookupVectors.QUAD, out + (long) i * Long.BYTES) : OFFSETS;
      sum += ALL.get(LookupVectors.QUAD, first + entry(x + (long) i * Short.BYTES));
      ALL.set(LookupVectors.QUAD, out + (long) i * Long.BYTES, sum);
    }
  }

  private static long entry(long address) {
    return ALL.get(LookupVectors.CODE, address);
  }

  /** Adds the parts that belong to each output. */
  private void addParts(long[] parts, int[] shifts, double unit, long to) {
    for (int i = 0; i < layout.positions(); i += LONGS.length()) {
      LongVector sum = LongVector.zero(LONGS);
      for (int part = 0; part < parts.length; part++) {
        LongVector sums = longs(parts[part] + (long) i * Long.BYTES);
        sum = sum.add(sums.lanewise(LSHR, shifts[part]).and(MASK));
      }
      DoubleVector value = sum.or(EXPONENT).reinterpretAsDoubles().sub(base).mul(unit);
      value
          .convertShape(D2F, HALF_FLOATS, 0)
          .intoMemorySegment(ALL, to + (long) i * Float.BYTES & ADDRESS, ORDER);
    }
  }

  private static LongVector longs(long address) {
    return LongVector.fromMemorySegment(LONGS, ALL, address & ADDRESS, ORDER);
  }
}
