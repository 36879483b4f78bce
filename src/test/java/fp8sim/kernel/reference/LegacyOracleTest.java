package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Operators of the first opsets that ONNX Runtime still reads, and BatchNormalization's modes. */
class LegacyOracleTest extends OracleTest {
  private OperatorModel image() {
    return new OperatorModel(9).input("x", floats(2, 3, 7, 6));
  }

  @TestFactory
  Stream<DynamicTest> experimentalOperators() {
    add("Affine", image().node("Affine", "x", "y", "alpha", 1.5f, "beta", -2f));
    for (int[] border : List.of(new int[4], new int[] {1, 2, 3, 1}, new int[] {0, 2, 1, 0})) {
      add("Crop", image().node("Crop", "x", "y", "border", border));
      add(
          "Crop to a size",
          image().node("Crop", "x", "y", "border", border, "scale", new int[] {4, 3}));
    }
    add(
        "ImageScaler",
        image().node("ImageScaler", "x", "y", "scale", 0.5f, "bias", new float[] {1, 2, -3}));
    add(
        "ParametricSoftplus",
        image().node("ParametricSoftplus", "x", "y", "alpha", 0.7f, "beta", 1.3f));
    add("ScaledTanh", image().node("ScaledTanh", "x", "y", "alpha", 0.7f, "beta", 1.3f));
    add("ThresholdedRelu", image().node("ThresholdedRelu", "x", "y", "alpha", 0.7f));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> meanAndVariance() {
    add("default axes", image().node("MeanVarianceNormalization", "x", "y"));
    add(
        "given axes",
        image().node("MeanVarianceNormalization", "x", "y", "axes", new int[] {0, 1, 2, 3}));
    for (int across : new int[] {0, 1}) {
      for (int divide : new int[] {0, 1}) {
        add(
            "across channels %d, variance %d".formatted(across, divide),
            new OperatorModel(8)
                .input("x", floats(2, 3, 4, 5))
                .node(
                    "MeanVarianceNormalization",
                    "x",
                    "y",
                    "across_channels",
                    across,
                    "normalize_variance",
                    divide));
      }
    }
    return tests.stream();
  }

  private OperatorModel batchNormalization(int opset, Tensor x, int channels) {
    OperatorModel model = new OperatorModel(opset).input("x", x);
    model.input("scale", floats(channels)).input("bias", floats(channels));
    return model.input("mean", floats(channels));
  }

  @TestFactory
  Stream<DynamicTest> batchStatistics() {
    for (Tensor x : List.of(floats(4, 3), floats(2, 3, 5), floats(2, 3, 4, 5))) {
      for (int opset : new int[] {14, 15}) {
        add(
            "training of opset %d on %s".formatted(opset, x.shape()),
            batchNormalization(opset, x, 3)
                .input("variance", cast(floats(3), x.type()))
                .node(
                    "BatchNormalization",
                    "x scale bias mean variance",
                    "y m v",
                    "training_mode",
                    1,
                    "momentum",
                    0.7f,
                    "epsilon",
                    1e-3f));
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> statisticsPerElement() {
    Tensor x = floats(2, 3, 4, 2);
    add(
        "spatial 0",
        new OperatorModel(7)
            .input("x", x)
            .input("s", floats(3, 4, 2))
            .input("b", floats(3, 4, 2))
            .input("m", floats(3, 4, 2))
            .input("d", floats(3, 4, 2))
            .node("Mul", "d d", "v")
            .node("BatchNormalization", "x s b m v", "y", "spatial", 0));
    return tests.stream();
  }
}
