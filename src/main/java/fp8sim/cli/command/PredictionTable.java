package fp8sim.cli.command;

import fp8sim.common.CsvText;
import fp8sim.data.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The CSV file of {@code --predictions}: one line for each sample, or for each scored token, in the
 * order of the data. Without labels the label is empty.
 */
final class PredictionTable {
  /** Lines by the samples' positions in the data. */
  private final NavigableMap<Integer, StringBuilder> lines = new TreeMap<>();

  private final Dataset dataset;
  private final boolean perToken;

  PredictionTable(Dataset dataset, boolean perToken) {
    this.dataset = dataset;
    this.perToken = perToken;
  }

  void add(int sample, int row, float[] output, int label, int predicted) {
    List<String> cells = new ArrayList<>();
    cells.add(dataset.describe(sample));
    if (perToken) {
      cells.add(Integer.toString(row));
    }
    cells.add(label == Dataset.NO_LABEL ? "" : Integer.toString(label));
    cells.add(Integer.toString(predicted));
    cells.add(Float.toString(output[predicted]));
    lines
        .computeIfAbsent(dataset.position(sample), position -> new StringBuilder())
        .append(CsvText.line(cells));
  }

  String csv() {
    StringBuilder csv =
        new StringBuilder(
            perToken
                ? "sample,token,label,prediction,output\n"
                : "sample,label,prediction,output\n");
    lines.values().forEach(csv::append);
    return csv.toString();
  }
}
