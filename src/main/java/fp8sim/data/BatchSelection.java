package fp8sim.data;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which evaluation batches count: batches {@code start}, {@code start + step}, ..., {@code count}
 * of them. Written {@code start=5,step=300,count=10}.
 *
 * @param start the first batch, counted from 0
 * @param step distance, at least 1
 * @param count how many at most, at least 1
 */
public record BatchSelection(int start, int step, int count) {
  private static final String START = "start";
  private static final String STEP = "step";
  private static final String COUNT = "count";
  private static final List<String> KEYS = List.of(START, STEP, COUNT);
  private static final Pattern PAIR = Pattern.compile("(start|step|count)=([0-9]{1,9})");

  public BatchSelection {
    if (start < 0 || step < 1 || count < 1) {
      throw Fp8simException.usage(
          UserOption.SAMPLE + " needs start >= 0, step >= 1 and count >= 1");
    }
  }

  /** Parses the option: each of {@code start}, {@code step} and {@code count} once. */
  public static BatchSelection parse(String text) {
    Map<String, Integer> values = new HashMap<>();
    for (String part : text.split(",", -1)) {
      Matcher pair = PAIR.matcher(part);
      if (!pair.matches() || values.put(pair.group(1), Integer.parseInt(pair.group(2))) != null) {
        throw unknown(text);
      }
    }
    if (values.size() != KEYS.size()) {
      throw unknown(text);
    }
    return new BatchSelection(
        values.getOrDefault(START, 0), values.getOrDefault(STEP, 0), values.getOrDefault(COUNT, 0));
  }

  private static Fp8simException unknown(String text) {
    return Fp8simException.usage(
        UserOption.SAMPLE.with(text)
            + " is not understood; write each of start, step and count once:"
            + " start=5,step=300,count=10");
  }

  boolean contains(int batch) {
    int distance = batch - start;
    return distance >= 0 && distance % step == 0 && distance / step < count;
  }
}
