package fp8sim.data;

import fp8sim.common.FileProblems;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.data.source.IndexRange;
import fp8sim.data.source.Padding;
import fp8sim.data.source.SampleSource;
import fp8sim.data.source.Task;
import fp8sim.image.Preprocess;
import fp8sim.image.RawSample;
import fp8sim.tensor.Tensor;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A fixed sequence of samples, each preprocessed when it is read. Immutable and safe for use by
 * several threads; reading the same sample twice gives the same bits.
 */
public final class Dataset {
  /** The label of samples whose data has no labels. */
  public static final int NO_LABEL = SampleSource.NO_LABEL;

  /** The input name under which a dataset feeds a network that has only one input. */
  public static final String ONLY_INPUT = SampleSource.ONLY_INPUT;

  private final String name;
  private final SampleSource source;
  private final Preprocess preprocess;
  private final Classes classes;
  private final int[] indices;
  private final @Nullable SampleCache cache;

  private Dataset(
      String name,
      SampleSource source,
      Preprocess preprocess,
      Classes classes,
      int[] indices,
      @Nullable SampleCache cache) {
    this.name = name;
    this.source = source;
    this.preprocess = preprocess;
    this.classes = classes;
    this.indices = indices;
    this.cache = cache;
  }

  /**
   * All samples of a source.
   *
   * @throws Fp8simException if there is no sample, or a label is no class
   */
  static Dataset of(String name, SampleSource source, Preprocess preprocess, Classes classes) {
    if (source.size() == 0) {
      throw Fp8simException.input("dataset " + name + " is empty");
    }
    for (int i = 0; i < source.size(); i++) {
      for (int label : source.labels(i)) {
        if (label != NO_LABEL && (label < 0 || (classes.isKnown() && label >= classes.count()))) {
          throw Fp8simException.input(
              "%s: class %d is outside 0..%s"
                  .formatted(
                      source.describe(i), label, classes.isKnown() ? classes.count() - 1 : ""));
        }
      }
    }
    int[] all = IntStream.range(0, source.size()).toArray();
    return new Dataset(name, source, preprocess, classes, all, null);
  }

  public String name() {
    return name;
  }

  public int size() {
    return indices.length;
  }

  /** Names of the inputs that a sample feeds: {@link #ONLY_INPUT} alone, or several. */
  public List<String> inputNames() {
    return source.inputNames();
  }

  /** Whether every sample has a label. */
  public boolean isLabelled() {
    return Arrays.stream(indices).allMatch(i -> source.labels(i).length > 0);
  }

  /** Whether no sample has a label. */
  public boolean isUnlabelled() {
    return Arrays.stream(indices).allMatch(i -> source.labels(i).length == 0);
  }

  /** What is done with a sample. */
  public Task task() {
    return source.task();
  }

  /** How sequences become a batch; null if samples are no sequences. */
  @Nullable Padding padding() {
    return source.padding();
  }

  /** Whether samples are sequences of token ids. */
  public boolean hasSequences() {
    return padding() != null;
  }

  /** Tokens of sample {@code index}; 1 if samples are no sequences. */
  int length(int index) {
    return source.length(indices[index]);
  }

  /** Refuses data without labels, naming the dataset. */
  public void requireLabels() {
    if (!isLabelled()) {
      throw Fp8simException.input(
          "dataset %s has no labels: add \"labels\" to its description".formatted(name));
    }
  }

  /**
   * The index of the network's output that is right for sample {@code index} (its class plus the
   * label offset), or {@link #NO_LABEL}.
   */
  public int label(int index) {
    int label = source.label(indices[index]);
    return label == NO_LABEL ? NO_LABEL : label + classes.labelOffset();
  }

  /**
   * As {@link #label}, of all that is scored of sample {@code index}: one, or one for each token,
   * {@link #NO_LABEL} where a token is not scored; nothing without labels.
   */
  public int[] labels(int index) {
    int[] labels = source.labels(indices[index]).clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = labels[i] == NO_LABEL ? NO_LABEL : labels[i] + classes.labelOffset();
    }
    return labels;
  }

  /** How many classes there are, and which outputs stand for them. */
  public Classes classes() {
    return classes;
  }

  /** The largest of all {@link #labels}, or {@link #NO_LABEL}. */
  public int largestLabel() {
    return IntStream.range(0, size()).flatMap(i -> IntStream.of(labels(i))).max().orElse(NO_LABEL);
  }

  /** Where sample {@code index} is stored, for messages and prediction files. */
  public String describe(int index) {
    return source.describe(indices[index]);
  }

  /**
   * Reads and preprocesses one sample: a tensor per input name, without the batch dimension.
   *
   * @throws Fp8simException if it cannot be read or does not fit the preprocessing; the message
   *     names its file
   */
  public List<Tensor> sample(int index) {
    return cache == null ? decode(index) : cache.get(indices[index], () -> decode(index));
  }

  private List<Tensor> decode(int index) {
    RawSample raw = source.read(indices[index]);
    try {
      return preprocess.apply(raw);
    } catch (UncheckedIOException e) {
      throw FileProblems.unreadable(describe(index), Objects.requireNonNull(e.getCause()));
    } catch (IllegalArgumentException e) {
      throw FileProblems.bad(describe(index), String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The same samples, each kept in memory once it was read, for data that is read many times.
   *
   * @param bytes what may be kept; samples beyond it are read anew each time
   */
  public Dataset cached(long bytes) {
    SampleCache newCache = new SampleCache(source.size(), bytes);
    return new Dataset(name, source, preprocess, classes, indices, newCache);
  }

  /** The first {@code count} samples, or all if there are fewer. */
  public Dataset limit(int count) {
    return count >= size() ? this : select(Arrays.copyOf(indices, count));
  }

  /** The samples {@code from <= index < to}. */
  Dataset range(IndexRange range) {
    if (range.equals(IndexRange.ALL)) {
      return this;
    }
    if (range.to() > size()) {
      throw Fp8simException.input(
          "dataset %s: range [%d, %d) reaches beyond its %d samples"
              .formatted(name, range.from(), range.to(), size()));
    }
    return select(Arrays.copyOfRange(indices, range.from(), range.to()));
  }

  /**
   * The samples of some batches, when the dataset is cut into batches of {@code batchSize}; cut
   * again by the same size they are those batches.
   *
   * @throws Fp8simException if the first batch lies beyond the end
   */
  public Dataset batches(BatchSelection selection, int batchSize) {
    int batches = Math.ceilDiv(size(), batchSize);
    if (selection.start() >= batches) {
      throw Fp8simException.usage(
          "%s: dataset %s has only %d batches of %d"
              .formatted(
                  UserOption.SAMPLE.with("start=" + selection.start()), name, batches, batchSize));
    }
    return select(
        IntStream.range(0, size())
            .filter(i -> selection.contains(i / batchSize))
            .map(i -> indices[i])
            .toArray());
  }

  /** The first {@code perClass} samples of every class, in the order of the dataset. */
  public Dataset stratified(int perClass) {
    Map<Integer, Integer> seen = new HashMap<>();
    return select(
        Arrays.stream(indices)
            .filter(i -> seen.merge(source.label(i), 1, Integer::sum) <= perClass)
            .toArray());
  }

  /**
   * The same samples, sequences ordered by length so that those of one batch are equally long as
   * far as possible; equally long ones stay in order.
   */
  public Dataset byLength() {
    return hasSequences()
        ? select(
            Arrays.stream(indices)
                .boxed()
                .sorted(Comparator.comparingInt(source::length))
                .mapToInt(i -> i)
                .toArray())
        : this;
  }

  /** Where sample {@code index} stands in the whole data. */
  public int position(int index) {
    return indices[index];
  }

  private Dataset select(int[] chosen) {
    return new Dataset(name, source, preprocess, classes, chosen, cache);
  }

  /**
   * Reads all samples in order, in batches, ahead of the caller.
   *
   * @param batchSize samples per batch, at least 1; the last batch may be smaller
   * @param workers threads that read and decode, at least 1; the batches do not depend on it
   */
  public BatchLoader loader(int batchSize, int workers) {
    return loader(new Batching(batchSize, 0, false), workers);
  }

  /** As {@link #loader(int, int)}, with more to say about the batches. */
  public BatchLoader loader(Batching batching, int workers) {
    return new BatchLoader(this, batching, workers);
  }

  /**
   * The first sample as a batch.
   *
   * @param length that the network fixes for sequences; 0 if it does not
   */
  public Batch example(int length) {
    return new Collator(this, length).batch(0, List.of(sample(0)));
  }
}
