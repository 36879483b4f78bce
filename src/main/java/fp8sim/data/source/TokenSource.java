package fp8sim.data.source;

import fp8sim.common.FileProblems;
import fp8sim.image.RawSample;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences of token ids; a sample has an int64 array of one dimension for each input.
 *
 * @param name how messages name the file
 */
record TokenSource(
    String name, List<String> inputNames, TokenFormat format, List<TokenSequence> sequences)
    implements SampleSource {

  /** The samples that sequences become: cut, or for causal language models windows of them. */
  static TokenSource of(
      String name, List<String> inputNames, TokenFormat format, List<TokenSequence> stored) {
    List<TokenSequence> samples = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      TokenSequence sequence = stored.get(i);
      check(sequence, format.task(), name, i);
      TokenSequence kept =
          format.maxLength() == 0 ? sequence : sequence.cut(format.maxLength(), format.task());
      if (format.task() == Task.CAUSAL_LM) {
        samples.addAll(kept.windows(format.window(), format.stride()));
      } else {
        samples.add(kept);
      }
    }
    TokenSource source = new TokenSource(name, inputNames, format, List.copyOf(samples));
    source.checkLengths();
    return source;
  }

  private static void check(TokenSequence sequence, Task task, String name, int index) {
    int tokens = sequence.length();
    int labels = sequence.labels().length;
    int wanted = task.isPerToken() ? tokens : 1;
    if (tokens == 0) {
      throw FileProblems.bad(name, "sequence " + index + " has no tokens");
    }
    if (sequence.inputs().stream().anyMatch(input -> input.length != tokens)) {
      throw FileProblems.bad(name, "the inputs of sequence " + index + " differ in length");
    }
    if (labels != 0 && labels != wanted) {
      throw FileProblems.bad(
          name,
          "sequence %d has %d labels for %s"
              .formatted(index, labels, wanted == 1 ? "one sample" : tokens + " tokens"));
    }
  }

  private void checkLengths() {
    int longest = format.padding().longest();
    for (int i = 0; i < size(); i++) {
      if (length(i) > longest) {
        throw FileProblems.bad(
            describe(i),
            "has %d tokens, more than the largest of \"lengths\" (%d); state \"maxLength\" to cut it"
                .formatted(length(i), longest));
      }
    }
  }

  @Override
  public int size() {
    return sequences.size();
  }

  @Override
  public int label(int index) {
    int[] labels = labels(index);
    return format.task().isPerToken() || labels.length == 0 ? NO_LABEL : labels[0];
  }

  @Override
  public int[] labels(int index) {
    return sequences.get(index).labels();
  }

  @Override
  public int length(int index) {
    return sequences.get(index).length();
  }

  @Override
  public Task task() {
    return format.task();
  }

  @Override
  public Padding padding() {
    return format.padding();
  }

  @Override
  public String describe(int index) {
    String kind = format.task() == Task.CAUSAL_LM ? "window" : "sequence";
    return name + " (" + kind + " " + index + ")";
  }

  @Override
  public RawSample read(int index) {
    List<Tensor> tensors = new ArrayList<>();
    for (int[] ids : sequences.get(index).inputs()) {
      Tensor tensor = Tensor.zeros(DataType.INT64, Shape.of(ids.length));
      for (int i = 0; i < ids.length; i++) {
        tensor.data().setAtIndex(Tensor.LONG, i, ids[i]);
      }
      tensors.add(tensor);
    }
    return new RawSample.Typed(tensors);
  }
}
