package fp8sim.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;

/** Compares the reference backend with ONNX Runtime on a model and random inputs. */
public final class Oracle {
  /** Relative to the largest element: float32 sums in another order, other exp and erf. */
  private static final double TOLERANCE = 2e-6;

  private Oracle() {}

  public static void check(TestModel model) {
    check(model, 2);
  }

  /**
   * As {@link #check(TestModel)}.
   *
   * @param dynamicSize the size of dynamic dimensions
   */
  public static void check(TestModel model, int dynamicSize) {
    check(model, dynamicSize, Map.of());
  }

  /** As {@link #check(TestModel)} with these inputs instead of random numbers. */
  public static void check(TestModel model, Map<String, Tensor> given) {
    check(model, 2, given);
  }

  private static void check(TestModel model, int dynamicSize, Map<String, Tensor> given) {
    Graph graph = model.read();
    Map<String, Tensor> inputs = randomInputs(graph, dynamicSize);
    inputs.putAll(given);
    Map<String, Tensor> expected = expected(model, inputs);
    Numerics numerics = Numerics.float32(FloatMath.SEPARATE);
    try (Network network = new Network(graph, numerics, Backends.choose("reference"), 1)) {
      Map<String, Tensor> actual = network.run(inputs);
      for (String output : graph.outputs()) {
        assertClose(actual.get(output), expected.get(output), model);
      }
    }
  }

  private static Map<String, Tensor> expected(TestModel model, Map<String, Tensor> inputs) {
    try {
      return OnnxRuntime.run(model.bytes(), inputs);
    } catch (OrtException e) {
      throw new AssertionError("the oracle refuses the model: " + e.getMessage(), e);
    }
  }

  private static Map<String, Tensor> randomInputs(Graph graph, int dynamicSize) {
    Random random = new Random(7);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (GraphInput input : graph.inputs()) {
      int[] dims =
          input.dims().stream().mapToInt(d -> d.isDynamic() ? dynamicSize : d.size()).toArray();
      Shape shape = Shape.of(dims);
      float[] values = new float[shape.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      inputs.put(input.name(), Tensor.ofFloats(shape, values));
    }
    return inputs;
  }

  private static void assertClose(Tensor actual, Tensor expected, TestModel model) {
    String what = model.graph().getNodeList().toString();
    assertThat(actual.type()).as(what).isEqualTo(expected.type());
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    if (expected.type() != DataType.FLOAT) {
      assertThat(actual.data().mismatch(expected.data())).as(what).isEqualTo(-1);
      return;
    }
    float[] a = actual.toFloats();
    float[] e = expected.toFloats();
    double largest = 1;
    for (float value : e) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < e.length; i++) {
      assertThat((double) a[i]).as(what).isCloseTo(e[i], within(TOLERANCE * largest));
    }
  }

  private static Offset<Double> within(double offset) {
    return Offset.offset(offset);
  }
}
