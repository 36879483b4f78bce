package fp8sim.eval;

import fp8sim.common.Fp8simException;
import fp8sim.data.Dataset;
import fp8sim.engine.BatchProbe;
import fp8sim.engine.Blueprint;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How samples go into a network: under which names, in which element types, how many in a run. */
final class Feed {
  private final Blueprint network;
  private final List<String> names;
  private final int batchSize;
  private final boolean exact;
  private final String note;

  private Feed(Blueprint network, List<String> dataNames, int batchSize, String note) {
    this.network = network;
    this.names = names(network, dataNames);
    this.exact = network.fixedBatch().isPresent();
    this.batchSize = network.fixedBatch().orElse(batchSize);
    this.note = note;
  }

  /**
   * Runs of a size that is known to be right.
   *
   * @param dataNames under which the data has its tensors
   * @throws Fp8simException (input) if the data names no input, and there are several
   */
  static Feed of(Blueprint network, List<String> dataNames, int batchSize) {
    return new Feed(network, dataNames, batchSize, "");
  }

  /**
   * Runs of the size that is wanted, or of one sample where the model takes no more.
   *
   * @param probe from {@link #probe}
   */
  static Feed of(Blueprint network, List<String> dataNames, BatchProbe probe, int wanted) {
    String refusal = probe.refusal(wanted);
    return new Feed(network, dataNames, refusal.isEmpty() ? wanted : 1, refusal);
  }

  /** Finds out how a network takes batches of a dataset. */
  static BatchProbe probe(Blueprint network, Dataset dataset) {
    List<Tensor> sample = dataset.sample(0);
    Map<String, Tensor> example = new LinkedHashMap<>();
    for (int i = 0; i < sample.size(); i++) {
      Tensor tensor = sample.get(i);
      example.put(dataset.inputNames().get(i), tensor.reshape(tensor.shape().stacked(1)));
    }
    return probe(network, example);
  }

  /**
   * As {@link #probe(Blueprint, Dataset)}.
   *
   * @param example at least one sample along the first axis, by the data's names
   */
  static BatchProbe probe(Blueprint network, Map<String, Tensor> example) {
    Feed feed = of(network, List.copyOf(example.keySet()), 1);
    return new BatchProbe(network, network.adapt(feed.named(example)));
  }

  private static List<String> names(Blueprint network, List<String> names) {
    if (!names.equals(List.of(Dataset.ONLY_INPUT))) {
      return names;
    }
    if (network.inputNames().size() != 1) {
      throw Fp8simException.input(
          "%s: has the inputs %s, and the data feeds one; name an array for each under \"images\""
              .formatted(network.name(), String.join(", ", network.inputNames())));
    }
    return network.inputNames();
  }

  private Map<String, Tensor> named(Map<String, Tensor> tensors) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    int next = 0;
    for (Tensor tensor : tensors.values()) {
      inputs.put(names.get(next++), tensor);
    }
    return inputs;
  }

  /** Samples per run. */
  int batchSize() {
    return batchSize;
  }

  /** Whether the model fixes the batch size, so that a smaller batch must be filled up. */
  boolean isExact() {
    return exact;
  }

  /** Why samples run one by one although more were wanted; empty if they do not. */
  String note() {
    return note;
  }

  /**
   * What the network is run on for a batch; where the model fixes its size, a smaller last batch is
   * filled up with zeros.
   *
   * @param tensors in the order of the data's names
   */
  Map<String, Tensor> inputs(Map<String, Tensor> tensors) {
    Map<String, Tensor> inputs = network.adapt(named(tensors));
    if (exact) {
      inputs.replaceAll((name, tensor) -> fill(tensor));
    }
    return inputs;
  }

  private Tensor fill(Tensor tensor) {
    if (tensor.shape().rank() == 0 || tensor.shape().dim(0) >= batchSize) {
      return tensor;
    }
    Tensor filled = Tensor.zeros(tensor.type(), tensor.shape().with(0, batchSize));
    MemorySegment.copy(tensor.data(), 0, filled.data(), 0, tensor.data().byteSize());
    return filled;
  }
}
