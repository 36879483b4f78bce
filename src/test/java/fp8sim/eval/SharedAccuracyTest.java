package fp8sim.eval;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.Progress;
import fp8sim.common.SharedFiles;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Models;
import fp8sim.engine.Network;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Trained networks on real data find what they found when all data was measured. Float32 results
 * have the same bits on every machine, so that counts of hits are exact.
 */
class SharedAccuracyTest {
  private static final int BATCH_SIZE = 32;

  @ParameterizedTest
  @CsvSource({
    // model, data, its folder, samples, top-1 hits, top-5 hits
    "imagenet-mobilenet_v2, imagenet-like, imagenet-like, 96, 80, 93",
    "imagenet-squeezenet1_1, imagenet-like, imagenet-like, 96, 62, 87",
    "cifar10-resnet20, cifar10-files, cifar10, 10000, 9173, 9966",
    "cifar10-vit_batch1, cifar10-files, cifar10, 200, 147, 193",
    "kws-ds_cnn, kws, kws, 1000, 901, 992",
  })
  void sharedModels(String model, String data, String folder, int samples, int top1, int top5) {
    Path file = SharedFiles.require("models/" + model + ".onnx");
    Path root = SharedFiles.require("data/" + folder);
    Path card = Path.of("data-loaders", "cards", model + ".json");
    Scores scores = scores(Models.open(file.toString(), card), data, root, samples);
    assertThat(List.of(scores.images(), scores.top1Hits(), scores.top5Hits()))
        .containsExactly((long) samples, (long) top1, (long) top5);
  }

  private static Scores scores(Model model, String data, Path root, int samples) {
    Dataset dataset = DatasetDescription.load(data, root).open(model.card()).limit(samples);
    int threads = Runtime.getRuntime().availableProcessors();
    try (Network network =
        Blueprint.of(model, Numerics.FLOAT32, Backends.choose("cpu"), threads).open()) {
      return new Evaluation(
              network,
              null,
              Scoring.of(network.blueprint(), dataset, model.card(), null, BATCH_SIZE),
              threads)
          .run(dataset, Evaluation.Listener.NONE, Progress.NONE.start(data, samples))
          .scores();
    }
  }
}
