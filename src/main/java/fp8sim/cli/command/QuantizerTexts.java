package fp8sim.cli.command;

import fp8sim.quant.CalibratedRange;
import fp8sim.quant.ValueRange;
import java.util.IntSummaryStatistics;
import java.util.Locale;

/** What tables say about the ranges of quantizers. */
final class QuantizerTexts {
  private QuantizerTexts() {}

  /** {@code -1.5 .. 2.25}: the smallest and the largest limit of all channels. */
  static String range(CalibratedRange range) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (ValueRange channel : range.ranges()) {
      min = Math.min(min, channel.min());
      max = Math.max(max, channel.max());
    }
    return String.format(Locale.ROOT, "%.4g .. %.4g", min, max);
  }

  /** The bias, or the smallest and the largest one of all channels; empty without biases. */
  static String bias(CalibratedRange range) {
    if (range.biases().isEmpty()) {
      return "";
    }
    IntSummaryStatistics biases =
        range.biases().stream().mapToInt(Integer::intValue).summaryStatistics();
    return biases.getMin() == biases.getMax()
        ? Integer.toString(biases.getMin())
        : biases.getMin() + " .. " + biases.getMax();
  }
}
