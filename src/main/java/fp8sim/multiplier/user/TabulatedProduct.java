package fp8sim.multiplier.user;

import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.user.TableProduct.TableEntry;

/** A multiplier that is a table of all products of two operands. */
interface TabulatedProduct extends Multiplier {
  /** Whether integer operands are two's complement. */
  boolean signed();

  /** What entries are. */
  TableEntry entry();

  TableFile table();
}
