package fp8sim.data.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sample of token ids.
 *
 * @param inputs an array of equal length for each input of the network
 * @param labels one class, or one for each token ({@link SampleSource#NO_LABEL} where a token is
 *     not scored), or none
 */
record TokenSequence(List<int[]> inputs, int[] labels) {
  TokenSequence {
    inputs = List.copyOf(inputs);
  }

  int length() {
    return inputs.getFirst().length;
  }

  /** Its first tokens. */
  TokenSequence cut(int tokens, Task task) {
    if (length() <= tokens) {
      return this;
    }
    boolean perToken = task.isPerToken() && labels.length > 0;
    return part(0, tokens, perToken ? Arrays.copyOf(labels, tokens) : labels);
  }

  /**
   * Windows in which every token but the first is predicted once, from as many tokens before it as
   * windows allow (docs/semantics.md section 8).
   *
   * @param window tokens that are read at once; 0 for all
   * @param stride between the windows' first tokens
   */
  List<TokenSequence> windows(int window, int stride) {
    int readable = length() - 1;
    List<TokenSequence> windows = new ArrayList<>();
    int scored = 0;
    for (int from = 0; scored < readable; from += stride) {
      int to = window == 0 ? readable : Math.min(from + window, readable);
      int[] next = Arrays.copyOfRange(inputs.getFirst(), from + 1, to + 1);
      Arrays.fill(next, 0, scored - from, SampleSource.NO_LABEL);
      windows.add(part(from, to, next));
      scored = to;
    }
    return windows;
  }

  private TokenSequence part(int from, int to, int[] newLabels) {
    return new TokenSequence(
        inputs.stream().map(all -> Arrays.copyOfRange(all, from, to)).toList(), newLabels);
  }
}
