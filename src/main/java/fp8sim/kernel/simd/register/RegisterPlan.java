package fp8sim.kernel.simd.register;

import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.multiplier.Grid;

/**
 * What lies in the lanes of a step and which codes it tells apart. Lanes are output positions of a
 * convolution, columns of the right operand of other products.
 *
 * @param classes of all codes that are numbers
 */
record RegisterPlan(ProductIntegers products, LaneClasses classes) {
  /** What is found once for each task that has tables of at most 8 by 8 bits. */
  static RegisterPlan of(ProductTask task) {
    return task.finding(RegisterPlan.class, RegisterPlan::find);
  }

  private static RegisterPlan find(ProductTask task) {
    boolean isConv = task.kind() == ProductTask.Kind.CONV;
    ProductIntegers products = new ProductIntegers(task, isConv);
    Grid grid = isConv ? task.arithmetic().a().grid() : task.arithmetic().channel(0).w().grid();
    boolean padding = isConv && ConvGeometry.of(task.step()).simplified().hasPadding();
    return new RegisterPlan(products, LaneClasses.of(products, finiteCodes(grid), padding));
  }

  /** For each code of a grid, whether it is a number. */
  private static boolean[] finiteCodes(Grid grid) {
    boolean[] finite = new boolean[1 << grid.codeBits()];
    for (int code = 0; code < finite.length; code++) {
      finite[code] = grid.isFinite(code);
    }
    return finite;
  }

  /** Tables of digits, laid out anew each time. */
  DigitTables tables() {
    return new DigitTables(products, classes);
  }
}
