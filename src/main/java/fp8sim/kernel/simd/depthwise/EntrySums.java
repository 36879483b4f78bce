package fp8sim.kernel.simd.depthwise;

import static fp8sim.kernel.simd.vector.Memory.ADDRESS;
import static fp8sim.kernel.simd.vector.Memory.ALL;
import static fp8sim.kernel.simd.vector.Memory.ORDER;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.kernel.simd.vector.Memory;
import java.lang.foreign.ValueLayout;

/** Sums of products that are looked up one by one, of up to 53 bits. */
@InPhase(Phase.PRODUCTS)
final class EntrySums implements PlaneSums {
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER);

  private final PlaneLayout layout;
  private final TapProducts products;
  private final EntryRows rows;

  EntrySums(PlaneLayout layout, TapProducts products, EntryRows rows) {
    this.layout = layout;
    this.products = products;
    this.rows = rows;
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
    return (long) layout.positions() * Double.BYTES;
  }

  @Override
  public void prepare(int channel, long work) {}

  @Override
  public void run(long plane, int channel, long work, long sums) {
    int[] offsets = layout.offsets();
    int first = channel * offsets.length;
    LookupVectors.clear(work, workBytes());
    int tap = 0;
    for (; tap + 3 <= offsets.length; tap += 3) {
      addThree(plane, tap, first + tap, work);
    }
    for (; tap < offsets.length; tap++) {
      add(plane + (long) offsets[tap] * Short.BYTES, row(first + tap), work);
    }
    double unit = products.unit(channel);
    for (int i = 0; i < layout.positions(); i++) {
      double sum = ALL.get(DOUBLE, work + (long) i * Double.BYTES & ADDRESS);
      Memory.set(sums + (long) i * Float.BYTES, (float) (sum * unit));
    }
  }

  private long row(int tap) {
    return rows.address(products.rowOf()[tap]);
  }

  private void add(long codes, long row, long sums) {
    for (int i = 0; i < layout.positions(); i++) {
      long at = sums + (long) i * Double.BYTES & ADDRESS;
      ALL.set(DOUBLE, at, ALL.get(DOUBLE, at) + product(row, codes + (long) i * Short.BYTES));
    }
  }

  private void addThree(long plane, int tap, int row, long sums) {
    int[] offsets = layout.offsets();
    long x0 = plane + (long) offsets[tap] * Short.BYTES;
    long x1 = plane + (long) offsets[tap + 1] * Short.BYTES;
    long x2 = plane + (long) offsets[tap + 2] * Short.BYTES;
    long row0 = row(row);
    long row1 = row(row + 1);
    long row2 = row(row + 2);
    for (int i = 0; i < layout.positions(); i++) {
      long shift = (long) i * Short.BYTES;
      double sum = product(row0, x0 + shift) + product(row1, x1 + shift);
      long at = sums + (long) i * Double.BYTES & ADDRESS;
      ALL.set(DOUBLE, at, ALL.get(DOUBLE, at) + (sum + product(row2, x2 + shift)));
    }
  }

  private static double product(long row, long code) {
    long entry = ALL.get(LookupVectors.CODE, code & ADDRESS);
    return ALL.get(DOUBLE, row + entry & ADDRESS);
  }
}
