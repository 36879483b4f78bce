package fp8sim.kernel.simd.coded;

import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductTable;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.ProductArithmetic;

/**
 * The products of a step by the roles that operands have in look-up tables: one operand's codes
 * select entries, the other's codes are in their lanes.
 */
final class SelectedProducts {
  private final DistinctTables tables;
  private final boolean swapped;
  private final Grid selecting;
  private final Grid inLanes;

  /**
   * Products of an arithmetic.
   *
   * @param swapped whether the second operand's codes select, rather than the first one's
   */
  SelectedProducts(ProductArithmetic arithmetic, DistinctTables tables, boolean swapped) {
    this.tables = tables;
    this.swapped = swapped;
    Grid first = arithmetic.a().grid();
    Grid second = arithmetic.channel(0).w().grid();
    selecting = swapped ? second : first;
    inLanes = swapped ? first : second;
  }

  DistinctTables tables() {
    return tables;
  }

  /** How many tables there are. */
  int count() {
    return tables.distinct().size();
  }

  /** Codes that select entries. */
  int codes() {
    ProductTable first = tables.distinct().getFirst();
    return 1 << (swapped ? first.bitsW() : first.bitsA());
  }

  /** Codes in lanes. */
  int laneCodes() {
    ProductTable first = tables.distinct().getFirst();
    return 1 << (swapped ? first.bitsA() : first.bitsW());
  }

  /** The product of a code that selects and one in a lane, in units of all tables. */
  double value(int table, int code, int laneCode) {
    ProductTable products = tables.distinct().get(table);
    double product = swapped ? products.of(laneCode, code) : products.of(code, laneCode);
    return Math.scalb(product, -tables.units().exponent());
  }

  /** Whether a code that selects stands for a number; others never occur. */
  boolean isNumber(int code) {
    return selecting.isFinite(code);
  }

  /** Whether a code in a lane stands for a number. */
  boolean isLaneNumber(int code) {
    return inLanes.isFinite(code);
  }

  /** Whether the top bit of the codes that select negates products. */
  boolean isNegatedByCode() {
    int half = codes() / 2;
    for (int code = 0; code < half; code++) {
      for (int lane = 0; lane < laneCodes(); lane++) {
        if (!areOpposite(code, lane, code + half, lane)) {
          return false;
        }
      }
    }
    return half > 0;
  }

  /** Whether the top bit of the codes in lanes negates products. */
  boolean isNegatedByLane() {
    int half = laneCodes() / 2;
    for (int lane = 0; lane < half; lane++) {
      for (int code = 0; code < codes(); code++) {
        if (!areOpposite(code, lane, code, lane + half)) {
          return false;
        }
      }
    }
    return half > 0;
  }

  private boolean areOpposite(int code, int lane, int otherCode, int otherLane) {
    for (int t = 0; t < count(); t++) {
      if (value(t, code, lane) != -value(t, otherCode, otherLane)) {
        return false;
      }
    }
    return true;
  }

  /** The largest magnitude of a product. */
  double largest() {
    double largest = 0;
    for (int t = 0; t < count(); t++) {
      for (int code = 0; code < codes(); code++) {
        for (int lane = 0; lane < laneCodes(); lane++) {
          if (isNumber(code) && isLaneNumber(lane)) {
            largest = Math.max(largest, Math.abs(value(t, code, lane)));
          }
        }
      }
    }
    return largest;
  }
}
