package fp8sim.cli.frame;

import fp8sim.common.DisplayText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A table for the console: columns as wide as their widest cell, two spaces between. */
public final class TextTable {
  private final List<String[]> rows = new ArrayList<>();
  private final Set<Integer> right = new HashSet<>();

  public TextTable(String... header) {
    rows.add(header);
  }

  /** Adds a row; each cell is one line and as short as a name. */
  public void row(String... cells) {
    rows.add(Arrays.stream(cells).map(DisplayText::name).toArray(String[]::new));
  }

  /** Aligns these columns, counted from 0, to the right. */
  public TextTable alignRight(Integer... columns) {
    right.addAll(Arrays.asList(columns));
    return this;
  }

  @Override
  public String toString() {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String padding = " ".repeat(widths[i] - row[i].length());
        line.append(i == 0 ? "" : "  ")
            .append(right.contains(i) ? padding + row[i] : row[i] + padding);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
