package fp8sim.eval;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.Progress;
import fp8sim.conformance.Closeness;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Models;
import fp8sim.engine.Network;
import fp8sim.model.Model;
import fp8sim.npy.Npy;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bundled networks on the bundled images, against what PyTorch computed when they were made.
 */
class BundledModelsTest {
  private static final int BATCH_SIZE = 32;

  @ParameterizedTest
  @ValueSource(strings = {"fashion-resnet", "fashion-mobilenet_v2", "fashion-vit"})
  void logitsAreThoseOfTheCard(String name) {
    Tensor expected =
        Npy.read(Path.of("src", "test", "resources", "logits", name + ".logits200.npy"));
    for (FloatMath floatMath : FloatMath.values()) {
      Tensor actual = logits(name, "cpu", floatMath, expected.shape());
      assertThat(Closeness.relativeL2(actual, expected)).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fashion-resnet", "fashion-mobilenet_v2", "fashion-vit"})
  void theReferenceGivesTheSameBits(String name) {
    for (FloatMath floatMath : FloatMath.values()) {
      Tensor expected = logits(name, "reference", floatMath, Shape.of(5, 10));
      Tensor actual = logits(name, "cpu", floatMath, expected.shape());
      assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
    }
  }

  /** Hits among the first samples, as counted when all 10,000 gave the accuracy of the card. */
  @ParameterizedTest
  @CsvSource({
    "fashion-resnet, 1000, 924",
    "fashion-mobilenet_v2, 1000, 922",
    "fashion-vit, 500, 447",
  })
  void hits(String name, int samples, int hits) {
    assertThat(evaluate(name, "cpu", FloatMath.FUSED, samples, Evaluation.Listener.NONE).top1Hits())
        .isEqualTo(hits);
  }

  private static Tensor logits(String name, String backend, FloatMath floatMath, Shape shape) {
    List<float[]> rows = new ArrayList<>();
    evaluate(
        name,
        backend,
        floatMath,
        shape.dim(0),
        (sample, row, output, label, predicted) -> rows.add(output.clone()));
    float[] values = new float[shape.elements()];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, values, i * shape.dim(1), shape.dim(1));
    }
    return Tensor.ofFloats(shape, values);
  }

  private static Scores evaluate(
      String name, String backend, FloatMath floatMath, int samples, Evaluation.Listener listener) {
    Model model = Models.open(name, null);
    Dataset dataset =
        DatasetDescription.load("fashion-mnist", null).open(model.card()).limit(samples);
    int threads = Runtime.getRuntime().availableProcessors();
    try (Network network =
        Blueprint.of(model, Numerics.float32(floatMath), Backends.choose(backend), threads)
            .open()) {
      return new Evaluation(
              network,
              null,
              Scoring.of(network.blueprint(), dataset, model.card(), null, BATCH_SIZE),
              threads)
          .run(dataset, listener, Progress.NONE.start(name, samples))
          .scores();
    }
  }
}
