package fp8sim.data.source;

import fp8sim.image.RawSample;
import java.util.List;

/** Where the samples of a dataset come from: one implementation per kind of storage. */
public interface SampleSource {
  /** The class of a sample whose data has no labels. */
  int NO_LABEL = -1;

  /** The name under which a network's only input is fed, whatever the network calls it. */
  String ONLY_INPUT = "";

  int size();

  /** The class of sample {@code index} as stored, or {@link #NO_LABEL}. */
  int label(int index);

  /** How messages name sample {@code index}: its file, or file and position. */
  String describe(int index);

  /** Reads one sample; safe for use by several threads. */
  RawSample read(int index);

  /** Names of the network's inputs, in the order of {@link RawSample.Typed}. */
  default List<String> inputNames() {
    return List.of(ONLY_INPUT);
  }
}
