package fp8sim.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import fp8sim.common.Fp8simException;
import fp8sim.conformance.ZippedCases;
import fp8sim.onnx.TensorFile;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The models that mutants come from: the bundled ones, the networks and conformance cases of the
 * tests and, where the system property {@code fp8sim.shared} names a folder with them, the cases of
 * the newest conformance suite.
 */
final class Corpus {
  private static final int NETWORKS_IN_100 = 6;

  private final List<Specimen> nodes = new ArrayList<>();
  private final List<Specimen> networks = new ArrayList<>();
  private final List<NodeProto> donors = new ArrayList<>();

  private Corpus() {}

  /**
   * Reads all models.
   *
   * @param scratch an empty folder, for what has to be unpacked
   */
  static Corpus load(Path scratch) throws IOException {
    Corpus corpus = new Corpus();
    corpus.addFiles(Path.of("models"));
    corpus.addFiles(Path.of("src", "test", "resources", "networks"));
    for (String suite : List.of(ZippedCases.OLD, ZippedCases.NEXT)) {
      Path folder = Files.createDirectory(scratch.resolve("suite" + corpus.size()));
      ZippedCases.unpack(suite, folder);
      corpus.addCases(folder);
    }
    for (Seeds seeds :
        List.of(
            new OperatorSeeds(),
            new QuantizedSeeds(),
            new FunctionSeeds(),
            new TransformerSeeds(),
            new TypeSeeds())) {
      seeds.all().forEach(corpus::add);
    }
    return corpus;
  }

  int size() {
    return nodes.size() + networks.size();
  }

  /** Small models, then networks. */
  List<Specimen> all() {
    List<Specimen> all = new ArrayList<>(nodes);
    all.addAll(networks);
    return all;
  }

  /** The model of a mutant; small ones come more often than networks. */
  Specimen pick(Random random) {
    List<Specimen> from = random.nextInt(100) < NETWORKS_IN_100 ? networks : nodes;
    return from.get(random.nextInt(from.size()));
  }

  /** Nodes of all models; each operator and attribute that they have occurs among them. */
  List<NodeProto> donors() {
    return donors;
  }

  private void addFiles(Path folder) throws IOException {
    for (Path file : sorted(folder)) {
      if (file.toString().endsWith(".onnx")) {
        add(new Specimen(file.toString(), parse(file), List.of()));
      }
    }
  }

  private void addCases(Path folder) throws IOException {
    for (Path directory : sorted(folder)) {
      Path data = directory.resolve("test_data_set_0");
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; Files.exists(data.resolve("input_" + i + ".pb")); i++) {
        try {
          inputs.add(TensorFile.read(data.resolve("input_" + i + ".pb")));
        } catch (Fp8simException noTensor) {
          break; // a sequence, or a type that is not supported
        }
      }
      add(
          new Specimen(
              directory.getFileName().toString(), parse(directory.resolve("model.onnx")), inputs));
    }
  }

  private void add(Specimen specimen) {
    (specimen.isNetwork() ? networks : nodes).add(specimen);
    int step = Math.max(1, specimen.model().getGraph().getNodeCount() / 10);
    for (int i = 0; i < specimen.model().getGraph().getNodeCount(); i += step) {
      donors.add(specimen.model().getGraph().getNode(i));
    }
  }

  private static ModelProto parse(Path file) throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
