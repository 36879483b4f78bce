package fp8sim.eval;

import fp8sim.common.Fp8simException;
import fp8sim.data.Batch;
import fp8sim.data.BatchLoader;
import fp8sim.data.Batching;
import fp8sim.data.Dataset;
import fp8sim.data.source.DataPart;
import fp8sim.engine.BatchProbe;
import fp8sim.engine.Blueprint;
import fp8sim.graph.GraphInput;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How samples go into a network: under which names, in which element types, how many in a run. */
final class Feed {
  private static final String MASK = "attention_mask";

  /** Inputs that come with every sequence, whether a network reads them or not. */
  private static final List<String> OPTIONAL = List.of(MASK, "token_type_ids", "position_ids");

  private final Blueprint network;
  private final List<String> names;
  private final boolean sequences;
  private final int batchSize;
  private final boolean exact;
  private final String note;

  private Feed(
      Blueprint network, List<String> dataNames, boolean sequences, int batchSize, String note) {
    this.network = network;
    this.names = names(network, dataNames);
    this.sequences = sequences;
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
    return new Feed(network, dataNames, false, batchSize, "");
  }

  /** As {@link #of(Blueprint, List, int)}, of the samples of a dataset. */
  static Feed of(Blueprint network, Dataset dataset, int batchSize) {
    return new Feed(network, dataset.inputNames(), dataset.hasSequences(), batchSize, "");
  }

  /**
   * Runs of the size that is wanted, or of one sample where the model takes no more.
   *
   * @param probe from {@link #probe}
   */
  static Feed of(Blueprint network, List<String> dataNames, BatchProbe probe, int wanted) {
    String refusal = probe.refusal(wanted);
    return new Feed(network, dataNames, false, refusal.isEmpty() ? wanted : 1, refusal);
  }

  /** As {@link #of(Blueprint, List, BatchProbe, int)}, of the samples of a dataset. */
  static Feed of(Blueprint network, Dataset dataset, BatchProbe probe, int wanted) {
    String refusal = probe.refusal(wanted);
    return new Feed(
        network,
        dataset.inputNames(),
        dataset.hasSequences(),
        refusal.isEmpty() ? wanted : 1,
        refusal);
  }

  /** Finds out how a network takes batches of a dataset. */
  static BatchProbe probe(Blueprint network, Dataset dataset) {
    Feed feed = of(network, dataset, 1);
    Batch example = dataset.example(feed.fixedLength());
    return new BatchProbe(network, network.adapt(feed.named(example.inputs())));
  }

  /** Tokens of the first sample of a dataset with its padding; 0 if samples are no sequences. */
  static int tokens(Blueprint network, Dataset dataset) {
    return dataset.hasSequences()
        ? dataset
            .example(of(network, dataset, 1).fixedLength())
            .inputs()
            .values()
            .iterator()
            .next()
            .shape()
            .dim(1)
        : 0;
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
    if (sequences) {
      tensors.forEach(
          (name, tensor) -> {
            String input = name.equals(DataPart.INPUT_IDS) ? idsInput() : name;
            if (network.inputNames().contains(input) || !OPTIONAL.contains(input)) {
              inputs.put(input, tensor);
            }
          });
      return inputs;
    }
    int next = 0;
    for (Tensor tensor : tensors.values()) {
      inputs.put(names.get(next++), tensor);
    }
    return inputs;
  }

  /** What the network calls token ids: its only input that nothing else feeds may have any name. */
  private String idsInput() {
    List<String> others =
        network.inputNames().stream()
            .filter(name -> !OPTIONAL.contains(name) && !names.contains(name))
            .toList();
    boolean named = network.inputNames().contains(DataPart.INPUT_IDS) || others.size() != 1;
    return named ? DataPart.INPUT_IDS : others.getFirst();
  }

  /** Tokens of every sequence, if the model fixes them; else 0. */
  private int fixedLength() {
    if (!sequences) {
      return 0;
    }
    String ids = idsInput();
    return network.inputs().stream()
        .filter(input -> input.name().equals(ids) && input.dims().size() == 2)
        .map(input -> input.dims().get(1))
        .filter(tokens -> !tokens.isDynamic())
        .mapToInt(GraphInput.Dimension::size)
        .findFirst()
        .orElse(0);
  }

  /**
   * Reads a dataset as the network takes it.
   *
   * @param unpadded whether a batch holds sequences of one length only, as far as the network does
   *     not fix it
   */
  BatchLoader loader(Dataset dataset, boolean unpadded, int readers) {
    return dataset.loader(new Batching(batchSize, fixedLength(), unpadded), readers);
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
