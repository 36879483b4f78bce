package fp8sim.cli;

import fp8sim.DisplayText;
import fp8sim.data.Dataset;
import java.util.Locale;

/** The CSV file of {@code --predictions}: one line for each sample, in the order of the data. */
final class PredictionTable {
  private final Dataset dataset;
  private final StringBuilder csv = new StringBuilder("sample,label,prediction,output\n");

  PredictionTable(Dataset dataset) {
    this.dataset = dataset;
  }

  void add(int index, float[] outputs, int label, int predicted) {
    csv.append(quoted(dataset.describe(index)))
        .append(String.format(Locale.ROOT, ",%d,%d,", label, predicted))
        .append(outputs[predicted])
        .append('\n');
  }

  String csv() {
    return csv.toString();
  }

  /** As RFC 4180 has it. */
  private static String quoted(String name) {
    String text = DisplayText.printable(name);
    return text.matches("[^\",\r\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
