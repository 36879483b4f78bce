package fp8sim.multiplier.user;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables as lines of products. */
final class MatrixTable {
  /** A line, and a number in it, for each operand, and one with operands. */
  private static final int MOST = (1 << TableFile.MAX_BITS) + 1;

  private MatrixTable() {}

  /** One line for each first operand, with or without operands above and before the products. */
  static TableFile read(Path file, boolean signed, TableFile.Order order) throws IOException {
    List<TextRows.Row> rows = new ArrayList<>();
    List<String> heading =
        TextRows.read(
            file,
            row -> {
              if (rows.size() > MOST || row.numbers().length > MOST) {
                throw TableFile.bad(
                    file, "line %d: more than %d lines or numbers".formatted(row.line(), MOST));
              }
              rows.add(row);
            });
    int length = rows.isEmpty() ? 0 : rows.getLast().numbers().length;
    boolean firstColumn = isSide(length - 1);
    int columns = firstColumn ? length - 1 : length;
    double[] headings = null;
    if (!heading.isEmpty()) {
      headings = headings(file, heading, columns);
    } else if (isSide(rows.size() - 1)) {
      TextRows.Row row = rows.removeFirst();
      int before = row.numbers().length - columns;
      if (before != 0 && before != 1) {
        throw TableFile.bad(
            file,
            "line %d: %d numbers, but the last line has %d"
                .formatted(row.line(), row.numbers().length, length));
      }
      headings = Arrays.copyOfRange(row.numbers(), before, row.numbers().length);
    }
    if (!isSide(rows.size()) || !isSide(columns)) {
      throw TableFile.bad(
          file,
          "has %d lines of %d numbers; a side is %d to %d, a power of two, plus one with operands"
              .formatted(rows.size(), length, 1 << TableFile.MIN_BITS, 1 << TableFile.MAX_BITS));
    }
    double[] firsts = new double[rows.size()];
    TableFile.requireHeap(file, 2L * rows.size() * columns);
    double[] entries = new double[rows.size() * columns];
    for (int i = 0; i < rows.size(); i++) {
      TextRows.Row row = rows.get(i);
      if (row.numbers().length != length) {
        throw TableFile.bad(
            file,
            "line %d: %d numbers, but the last line has %d"
                .formatted(row.line(), row.numbers().length, length));
      }
      firsts[i] = row.numbers()[0];
      System.arraycopy(row.numbers(), length - columns, entries, i * columns, columns);
    }
    int[] rowCodes = codes(file, firstColumn ? firsts : null, rows.size(), signed, order);
    int[] columnCodes = codes(file, headings, columns, signed, order);
    double[] placed = new double[entries.length];
    for (int i = 0; i < entries.length; i++) {
      placed[rowCodes[i / columns] * columns + columnCodes[i % columns]] = entries[i];
    }
    return new TableFile(rows.size(), columns, placed);
  }

  /** The operands of a heading; null if it has words only, which say nothing of the order. */
  private static double @Nullable [] headings(Path file, List<String> words, int columns) {
    List<String> last = words.subList(Math.max(words.size() - columns, 0), words.size());
    double[] numbers = new double[last.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = TextRows.number(last.get(i));
      if (Double.isNaN(numbers[i])) {
        return null;
      }
    }
    if (numbers.length != columns) {
      throw TableFile.bad(
          file, "has a heading of %d for %d columns".formatted(words.size(), columns));
    }
    return numbers;
  }

  /** The code of each row or column. */
  private static int[] codes(
      Path file, double @Nullable [] operands, int count, boolean signed, TableFile.Order order) {
    int[] codes = new int[count];
    boolean[] seen = new boolean[count];
    int lowest = signed ? -count / 2 : 0;
    boolean byValue = signed && order == TableFile.Order.VALUE;
    for (int i = 0; i < count; i++) {
      double operand = operands == null ? byValue ? i + lowest : i : operands[i];
      if (operands != null && !(operand >= lowest && operand < lowest + count)) {
        throw TableFile.bad(
            file,
            "names the operand %s among %d from %d on; say signed=true or signed=false"
                .formatted(TextRows.text(operand), count, lowest));
      }
      codes[i] = (int) operand & (count - 1);
      if (seen[codes[i]] || operand != Math.rint(operand)) {
        throw TableFile.bad(
            file, "names the operand " + TextRows.text(operand) + ", twice or not an integer");
      }
      seen[codes[i]] = true;
    }
    return codes;
  }

  private static boolean isSide(int count) {
    return Integer.bitCount(count) == 1
        && count >= 1 << TableFile.MIN_BITS
        && count <= 1 << TableFile.MAX_BITS;
  }
}
