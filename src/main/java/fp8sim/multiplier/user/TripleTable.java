package fp8sim.multiplier.user;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Lines {@code a b product} in any order, which are read twice: for the widths, and for entries.
 */
final class TripleTable {
  private final Path file;
  private final boolean signed;
  private final double[] lowest = {0, 0};
  private final double[] highest = {0, 0};

  private TripleTable(Path file, boolean signed) {
    this.file = file;
    this.signed = signed;
  }

  /**
   * Reads a file.
   *
   * @param sides of operands, where they are given; else the narrowest that hold them
   */
  static TableFile read(Path file, boolean signed, TableSides sides) throws IOException {
    TripleTable triples = new TripleTable(file, signed);
    List<String> heading = TextRows.read(file, triples::look);
    boolean swapped =
        heading.size() > 1
            && heading.get(0).equalsIgnoreCase("b")
            && heading.get(1).equalsIgnoreCase("a");
    int first = swapped ? 1 : 0;
    int bitsA = sides.bitsA().orElse(triples.width(first));
    int bitsW = sides.bitsB().orElse(triples.width(1 - first));
    if (triples.width(first) > bitsA || triples.width(1 - first) > bitsW) {
      throw TableFile.bad(
          file,
          "has operands of %d and %d bits, not %d and %d"
              .formatted(triples.width(first), triples.width(1 - first), bitsA, bitsW));
    }
    TableFile table = triples.table(bitsA, bitsW, first);
    triples.requireAllPairs(table);
    return table;
  }

  private void look(TextRows.Row row) {
    if (row.numbers().length != 3) {
      throw TableFile.bad(
          file,
          "line %d: expected 'a b product', found %d numbers (a matrix is dialect=matrix)"
              .formatted(row.line(), row.numbers().length));
    }
    for (int i = 0; i < 2; i++) {
      double operand = row.numbers()[i];
      if (operand != Math.rint(operand) || Math.abs(operand) >= 1 << TableFile.MAX_BITS) {
        throw TableFile.bad(
            file,
            "line %d: operand %s is no integer of at most %d bits"
                .formatted(row.line(), TextRows.text(operand), TableFile.MAX_BITS));
      }
      if (operand < 0 && !signed) {
        throw TableFile.bad(
            file,
            "line %d: operand %s is negative, but signed=false"
                .formatted(row.line(), TextRows.text(operand)));
      }
      lowest[i] = Math.min(lowest[i], operand);
      highest[i] = Math.max(highest[i], operand);
    }
  }

  /** Bits of the operands in a column of the file, at least those of the narrowest format. */
  private int width(int column) {
    int bits = TableFile.MIN_BITS;
    while (signed
        ? lowest[column] < -(1 << (bits - 1)) || highest[column] >= 1 << (bits - 1)
        : highest[column] >= 1 << bits) {
      bits++;
    }
    if (bits > TableFile.MAX_BITS) {
      throw TableFile.bad(file, "has operands of " + bits + " bits, more than 12");
    }
    return bits;
  }

  /**
   * Reads the entries.
   *
   * @param first the column of the first operand
   */
  private TableFile table(int bitsA, int bitsW, int first) throws IOException {
    double[] entries = new double[TableFile.requireEntries(file, bitsA, bitsW)];
    Arrays.fill(entries, Double.NaN);
    TextRows.read(
        file,
        row -> {
          int a = (int) row.numbers()[first] & ((1 << bitsA) - 1);
          int w = (int) row.numbers()[1 - first] & ((1 << bitsW) - 1);
          int at = a << bitsW | w;
          if (!Double.isNaN(entries[at]) && entries[at] != row.numbers()[2]) {
            throw TableFile.bad(
                file,
                "line %d: another product of %s and %s than before"
                    .formatted(
                        row.line(),
                        TextRows.text(row.numbers()[0]),
                        TextRows.text(row.numbers()[1])));
          }
          entries[at] = row.numbers()[2];
        });
    return new TableFile(1 << bitsA, 1 << bitsW, entries);
  }

  private void requireAllPairs(TableFile table) {
    for (int i = 0; i < table.entries().length; i++) {
      if (Double.isNaN(table.entries()[i])) {
        throw table.missing(file, i, signed);
      }
    }
  }
}
