package fp8sim.data;

import fp8sim.Fp8simException;

/**
 * Which evaluation batches count: batches {@code start}, {@code start + step}, ..., {@code count}
 * of them. Written {@code start=5,step=300,count=10}.
 *
 * @param start the first batch, counted from 0
 * @param step distance, at least 1
 * @param count how many at most, at least 1
 */
public record BatchSelection(int start, int step, int count) {
  public BatchSelection {
    if (start < 0 || step < 1 || count < 1) {
      throw Fp8simException.usage("--sample needs start >= 0, step >= 1 and count >= 1");
    }
  }

  /** Parses the option; what is left out is {@code start=0}, {@code step=1}, all batches. */
  public static BatchSelection parse(String text) {
    int start = 0;
    int step = 1;
    int count = Integer.MAX_VALUE;
    for (String part : text.split(",", -1)) {
      String[] pair = part.split("=", -1);
      if (pair.length != 2 || !pair[1].matches("[0-9]{1,9}")) {
        throw unknown(text);
      }
      int value = Integer.parseInt(pair[1]);
      switch (pair[0]) {
        case "start" -> start = value;
        case "step" -> step = value;
        case "count" -> count = value;
        default -> throw unknown(text);
      }
    }
    return new BatchSelection(start, step, count);
  }

  private static Fp8simException unknown(String text) {
    return Fp8simException.usage(
        "--sample " + text + " is not understood; write start=5,step=300,count=10");
  }

  boolean contains(int batch) {
    int distance = batch - start;
    return distance >= 0 && distance % step == 0 && distance / step < count;
  }
}
