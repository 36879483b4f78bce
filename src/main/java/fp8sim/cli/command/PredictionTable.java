package fp8sim.cli.command;

import fp8sim.common.CsvText;
import fp8sim.data.Dataset;
import java.util.List;

/** The CSV file of {@code --predictions}: one line for each sample, in the order of the data. */
final class PredictionTable {
  private final Dataset dataset;
  private final StringBuilder csv = new StringBuilder("sample,label,prediction,output\n");

  PredictionTable(Dataset dataset) {
    this.dataset = dataset;
  }

  void add(int index, float[] outputs, int label, int predicted) {
    csv.append(
        CsvText.line(
            List.of(dataset.describe(index), "" + label, "" + predicted, "" + outputs[predicted])));
  }

  String csv() {
    return csv.toString();
  }
}
