package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.UnitCost;
import fp8sim.multiplier.user.TableProduct.TableEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A multiplier that a user's program or circuit computes. It is tried with all pairs of operands
 * when it is first needed, and is a table from then on.
 */
public final class FunctionProduct implements TabulatedProduct {
  /** So many pairs are computed at once. */
  private static final int LANES = 4096;

  private final String name;
  private final Path file;
  private final String text;
  private final FunctionOperands operands;
  private final String roles;
  private final List<UnitCost> costs;
  private final PairFunction function;
  private @Nullable TableFile table;

  /**
   * A multiplier.
   *
   * @param name its specification
   * @param text of the file: equal specifications of equal texts are equal
   * @param roles which of the file's operands is which of the product's
   */
  public FunctionProduct(
      String name,
      Path file,
      String text,
      FunctionOperands operands,
      String roles,
      List<UnitCost> costs,
      PairFunction function) {
    this.name = name;
    this.file = file;
    this.text = text;
    this.operands = operands;
    this.roles = roles;
    this.costs = List.copyOf(costs);
    this.function = function;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<UnitCost> costs() {
    return costs;
  }

  /** Which operand is which, unless it makes no difference. */
  @Override
  public Optional<String> roles() {
    return table().isSymmetric() ? Optional.empty() : Optional.of(roles);
  }

  @Override
  public boolean signed() {
    return operands.signed();
  }

  @Override
  public TableEntry entry() {
    return operands.codes() ? TableEntry.CODE : TableEntry.INTEGER;
  }

  @Override
  public void check() {
    table();
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    return operands.codes() ? CodeTable.bind(this, setting) : IntegerTable.bind(this, setting);
  }

  /**
   * The products of all pairs of operands.
   *
   * @throws Fp8simException (input) if the function fails for one of them
   */
  @Override
  public synchronized TableFile table() {
    TableFile known = table;
    if (known == null) {
      known = tabulate();
      table = known;
    }
    return known;
  }

  private TableFile tabulate() {
    long columns = 1L << operands.bitsB();
    double[] entries =
        new double[TableFile.requireEntries(file, operands.bitsA(), operands.bitsB())];
    int lanes = Math.min(LANES, entries.length);
    long[] a = new long[lanes];
    long[] b = new long[lanes];
    long[] products = new long[lanes];
    for (int from = 0; from < entries.length; from += lanes) {
      for (int i = 0; i < lanes; i++) {
        a[i] = (from + i) / columns;
        b[i] = (from + i) % columns;
      }
      function.multiply(a, b, products);
      for (int i = 0; i < lanes; i++) {
        entries[from + i] = products[i];
      }
    }
    return new TableFile(1 << operands.bitsA(), (int) columns, entries);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FunctionProduct that
        && name.equals(that.name)
        && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, text);
  }

  @Override
  public String toString() {
    return name;
  }
}
