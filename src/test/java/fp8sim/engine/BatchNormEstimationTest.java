package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fp8sim.common.Fp8simException;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchNormEstimationTest {
  private static final int CHANNELS = 3;
  private static final double EPSILON = 1e-5;

  /** Two normalizations with a Relu between them; statistics as far off as they can be. */
  private static Blueprint blueprint(String backend, int... spatial) {
    int[] dims = new int[2 + spatial.length];
    dims[0] = -1;
    dims[1] = CHANNELS;
    System.arraycopy(spatial, 0, dims, 2, spatial.length);
    Shape channels = Shape.of(CHANNELS);
    TestModel model =
        new TestModel(17)
            .input("x", dims)
            .floats("s1", channels, 1, 2, 0.5f)
            .floats("b1", channels, 0.5f, 0, 1)
            .floats("s2", channels, 3, 1, 2)
            .floats("b2", channels, 0, 1, -1);
    for (String name : new String[] {"m1", "v1", "m2", "v2"}) {
      model.floats(name, channels, 50, 50, 50);
    }
    model
        .node("BatchNormalization", "x s1 b1 m1 v1", "n1")
        .node("Relu", "n1", "r")
        .node("BatchNormalization", "r s2 b2 m2 v2", "y")
        .output("y");
    return Blueprint.of(model.read(), Numerics.FLOAT32, Backends.choose(backend), 2);
  }

  private static Tensor random(Random random, Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (10 + 4 * random.nextGaussian());
    }
    return Tensor.ofFloats(shape, values);
  }

  /** Mean and variance of one channel of one batch, with a divisor of count - {@code less}. */
  private static double[] statistics(double[] x, int channel, int inner, int less) {
    double mean = 0;
    int count = x.length / CHANNELS;
    for (int i = 0; i < x.length; i++) {
      mean += i / inner % CHANNELS == channel ? x[i] / count : 0;
    }
    double variance = 0;
    for (int i = 0; i < x.length; i++) {
      double difference = x[i] - mean;
      variance += i / inner % CHANNELS == channel ? difference * difference / (count - less) : 0;
    }
    return new double[] {mean, variance};
  }

  private static final double[][] SCALES = {{1, 2, 0.5}, {3, 1, 2}};
  private static final double[][] BIASES = {{0.5, 0, 1}, {0, 1, -1}};

  private static double[] normalize(double[] x, int layer, double[][] statistics, int inner) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i / inner % CHANNELS;
      double scale = SCALES[layer][c] / Math.sqrt(statistics[c][1] + EPSILON);
      double value = (x[i] - statistics[c][0]) * scale + BIASES[layer][c];
      y[i] = layer == 0 ? Math.max(0, value) : value;
    }
    return y;
  }

  @ParameterizedTest
  @CsvSource({"cpu, 2", "reference, 2", "cpu, 1", "cpu, 0"})
  void everyLayerMeasuresWhatTheLayersBeforeGiveWhenNormalizedAnew(String backend, int spatial) {
    int[] sides = spatial == 2 ? new int[] {4, 5} : spatial == 1 ? new int[] {7} : new int[0];
    int inner = 1;
    for (int side : sides) {
      inner *= side;
    }
    Shape shape = Shape.of(6, CHANNELS);
    for (int axis = 0; axis < sides.length; axis++) {
      int[] dims = new int[shape.rank() + 1];
      System.arraycopy(shape.dims(), 0, dims, 0, shape.rank());
      dims[shape.rank()] = sides[axis];
      shape = Shape.of(dims);
    }
    double[][][] average = new double[2][CHANNELS][2];
    int batches = 3;
    Random random = new Random(3);
    Tensor last = random(random, shape);
    Blueprint blueprint = blueprint(backend, sides);
    Map<String, Tensor> statistics;
    try (BatchNormEstimator estimator = new BatchNormEstimator(blueprint)) {
      for (int b = 0; b < batches; b++) {
        last = random(random, shape);
        estimator.observe(Map.of("x", last), b);
        double[] x = doubles(last);
        for (int layer = 0; layer < 2; layer++) {
          double[][] own = new double[CHANNELS][];
          for (int c = 0; c < CHANNELS; c++) {
            own[c] = statistics(x, c, inner, 0);
            average[layer][c][0] += own[c][0] / batches;
            average[layer][c][1] += statistics(x, c, inner, 1)[1] / batches;
          }
          x = normalize(x, layer, own, inner);
        }
      }
      statistics = estimator.constants();
    }
    try (Network network = blueprint.withConstants(statistics).open()) {
      double[] expected =
          normalize(normalize(doubles(last), 0, average[0], inner), 1, average[1], inner);
      Tensor y = Objects.requireNonNull(network.run(Map.of("x", last)).get("y"));
      double[] actual = doubles(y);
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(1e-4));
      }
      assertThat(network.run(Map.of("x", last))).containsOnlyKeys("y");
    }
  }

  private static double[] doubles(Tensor tensor) {
    float[] floats = tensor.toFloats();
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void oneValueForEachChannelHasNoVariance(String backend) {
    try (BatchNormEstimator estimator = new BatchNormEstimator(blueprint(backend))) {
      Map<String, Tensor> one = Map.of("x", Tensor.ofFloats(Shape.of(1, CHANNELS), 1, 2, 3));
      assertThatThrownBy(() -> estimator.observe(one, 0))
          .isInstanceOf(Fp8simException.class)
          .hasMessageContainingAll("n_n1", "--calibration-batch-size");
    }
  }
}
