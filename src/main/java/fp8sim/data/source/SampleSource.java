package fp8sim.data.source;

import fp8sim.image.RawSample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the samples of a dataset come from: one implementation per kind of storage. */
public interface SampleSource {
  /** The class of a sample whose data has no labels. */
  int NO_LABEL = -1;

  /** The name under which a network's only input is fed, whatever the network calls it. */
  String ONLY_INPUT = "";

  int size();

  /** The only class of sample {@code index} as stored, or {@link #NO_LABEL}. */
  int label(int index);

  /** The classes of sample {@code index}: none, one, or one for each token; as stored. */
  default int[] labels(int index) {
    int label = label(index);
    return label == NO_LABEL ? new int[0] : new int[] {label};
  }

  /** Tokens of sample {@code index}; 1 if samples are no sequences. */
  default int length(int index) {
    return 1;
  }

  /** What is done with a sample. */
  default Task task() {
    return Task.CLASSIFICATION;
  }

  /** How sequences become a batch; null if samples are no sequences. */
  default @Nullable Padding padding() {
    return null;
  }

  /** How messages name sample {@code index}: its file, or file and position. */
  String describe(int index);

  /** Reads one sample; safe for use by several threads. */
  RawSample read(int index);

  /** Names of the network's inputs, in the order of {@link RawSample.Typed}. */
  default List<String> inputNames() {
    return List.of(ONLY_INPUT);
  }
}
