package fp8sim.engine;

import static fp8sim.onnx.TestModel.graph;
import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.TestModel;
import fp8sim.quant.Ranges;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Networks whose shapes depend on data: quantizers, calibration, backends, limits. */
class DataDependentNetworksTest {
  private static final Numerics FLOAT = Numerics.float32(FloatMath.SEPARATE);

  private static Numerics quantized(String format) {
    return NumericsParser.parse(Map.of("format", List.of(format)));
  }

  private static Tensor random(int seed, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(shape, values);
  }

  /** {@code y = relu(x V)[rows with a positive sum] W}. */
  private static TestModel selected() {
    return new TestModel(16)
        .input("x", -1, 4)
        .initializer("V", random(1, 4, 4))
        .initializer("W", random(2, 4, 3))
        .scalar("zero", 0)
        .node("MatMul", "x V", "p")
        .node("Relu", "p", "r")
        .node("ReduceSum", "x axes", "s", integer("keepdims", 0))
        .longs("axes", 1)
        .node("Greater", "s zero", "c")
        .node("Compress", "r c", "k", integer("axis", 0))
        .node("MatMul", "k W", "y")
        .output("y");
  }

  /** {@code h = x V; while (|h| > 2) h = tanh(h U); y = relu(h) W}. */
  private static TestModel repeated() {
    TestModel body =
        new TestModel(16)
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("h", -1, 4)
            .initializer("U", Tensor.ofFloats(Shape.of(4, 4), scaled(random(3, 4, 4), 0.3f)))
            .scalar("limit", 2)
            .node("MatMul", "h U", "hu")
            .node("Tanh", "hu", "next")
            .node("ReduceL1", "next", "sum", integer("keepdims", 0))
            .node("Greater", "sum limit", "goes")
            .output("goes", DataType.BOOL)
            .output("next");
    return new TestModel(16)
        .input("x", -1, 4)
        .initializer("V", random(1, 4, 4))
        .initializer("W", random(2, 4, 3))
        .node("MatMul", "x V", "p")
        .node("Loop", "- - p", "h_end", graph("body", body))
        .node("Relu", "h_end", "r")
        .node("MatMul", "r W", "y")
        .output("y");
  }

  private static float[] scaled(Tensor tensor, float factor) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return values;
  }

  private static Blueprint blueprint(TestModel model, Numerics numerics, String backend) {
    return Blueprint.of(model.read(), numerics, Backends.choose(backend), 2);
  }

  private static List<Map<String, Tensor>> batches() {
    List<Map<String, Tensor>> batches = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      batches.add(Map.of("x", random(10 + i, 1 + i % 5, 4)));
    }
    return batches;
  }

  private static List<Tensor> run(Blueprint blueprint) {
    List<Tensor> results = new ArrayList<>();
    try (Network network = blueprint.open()) {
      for (Map<String, Tensor> batch : batches()) {
        Map<String, Tensor> outputs = network.run(batch);
        assertThat(outputs).containsOnlyKeys("y");
        results.add(outputs.get("y").copy());
      }
    }
    return results;
  }

  private static void assertSameBits(List<Tensor> actual, List<Tensor> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).shape()).isEqualTo(expected.get(i).shape());
      assertThat(actual.get(i).data().mismatch(expected.get(i).data())).isEqualTo(-1);
    }
  }

  @Test
  void backendsGiveTheSameBits() {
    for (TestModel model : List.of(selected(), repeated())) {
      for (String text : List.of("fp32", "e4m3", "int8")) {
        Numerics numerics = text.equals("fp32") ? FLOAT : quantized(text);
        Blueprint reference = blueprint(model, numerics, "reference");
        Blueprint cpu = blueprint(model, numerics, "cpu");
        if (numerics.quantizes()) {
          reference = Calibrator.calibrated(reference, batches());
          cpu = Calibrator.calibrated(cpu, batches());
          assertThat(cpu.ranges()).isEqualTo(reference.ranges());
        }
        assertSameBits(run(cpu), run(reference));
      }
    }
  }

  @Test
  void layersOnBothSidesAreQuantized() {
    for (TestModel model : List.of(selected(), repeated())) {
      Blueprint plain = blueprint(model, quantized("e4m3"), "cpu");
      Ranges ranges = Calibrator.calibrated(plain, batches()).ranges();
      assertThat(ranges.byName().keySet())
          .contains("n_p/weight", "n_p/input", "n_y/weight", "n_y/input");
    }
  }

  @Test
  void eachBatchCountsOnceForRanges() {
    Numerics running =
        NumericsParser.parse(
            Map.of("format", List.of("e4m3"), "activation-range", List.of("running:0.3")));
    TestModel plain =
        new TestModel(16)
            .input("x", -1, 4)
            .initializer("V", random(1, 4, 4))
            .node("MatMul", "x V", "p")
            .output("p");
    Ranges expected = Calibrator.calibrated(blueprint(plain, running, "cpu"), batches()).ranges();
    Ranges actual =
        Calibrator.calibrated(blueprint(repeated(), running, "cpu"), batches()).ranges();
    assertThat(actual.byName()).containsAllEntriesOf(expected.byName());
  }

  @Test
  void productsInsideALoopAreNamed() {
    Blueprint plain = blueprint(repeated(), quantized("e4m3"), "cpu");
    try (Calibrator calibrator = new Calibrator(plain)) {
      calibrator.observe(batches().getFirst(), 0);
      assertThat(calibrator.notes())
          .contains(
              "test.onnx: products that stay in float: n_hu (inside a Loop whose iterations depend"
                  + " on data)");
    }
  }

  @Test
  void inspectionShowsLayersInFrontAndSaysSo() {
    Inspection inspection = Inspection.of(blueprint(repeated(), quantized("e4m3"), "cpu"));
    assertThat(inspection.multiplyingLayers()).containsExactly("n_p");
    assertThat(inspection.notes())
        .contains(
            "test.onnx: shapes depend on data from Loop node \"n_h_end\" on: layers behind it are"
                + " known for given inputs only");
  }

  @Test
  void outputsOfBatchesAreProbedByRunning() {
    BatchProbe probe =
        new BatchProbe(
            blueprint(repeated(), quantized("e4m3"), "cpu"), Map.of("x", random(1, 1, 4)));
    assertThat(probe.outputs(3).getFirst().shape()).isEqualTo(Shape.of(3, 3));
    assertThat(probe.outputs(3).getFirst().perSample()).isTrue();
  }

  private static TestModel endless(String condition, Tensor trips) {
    TestModel body =
        new TestModel(16)
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("h", 2)
            .scalar("big", 1e30f)
            .node("ReduceMax", "h", "m", integer("keepdims", 0))
            .node("Less", "m big", "less")
            .node("Identity", condition, "goes")
            .node("Neg", "h", "next")
            .output("goes", DataType.BOOL)
            .output("next");
    return new TestModel(16)
        .input("x", 2)
        .initializer("trips", trips)
        .node("Loop", "trips - x", "y", graph("body", body))
        .output("y");
  }

  private static void assertRefused(TestModel model, String message) {
    try (Network network = blueprint(model, FLOAT, "cpu").open()) {
      assertThatThrownBy(() -> network.run(Map.of("x", random(1, 2))))
          .isInstanceOf(Fp8simException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void loopsWithoutEndAreRefused() {
    Tensor many = Tensor.ofLongs(Shape.SCALAR, 1L << 40);
    assertRefused(
        endless("go", many),
        "test.onnx: Loop node \"n_y\": its iterations, written out, are more than");
    assertRefused(endless("less", many), "test.onnx: Loop node \"n_y\": it goes on after");
  }

  /** A loop that reads x{@code number} and ends after {@code trips}; its condition is computed. */
  private static TestModel nested(int number, long trips, int depth) {
    String state = "x" + number;
    TestModel body =
        new TestModel(16)
            .input("i" + number, DataType.INT64)
            .input("go" + number, DataType.BOOL)
            .input(state, 2)
            .scalar("big" + number, 1e30f)
            .node("ReduceMax", state, "m" + number, integer("keepdims", 0))
            .node("Less", "m" + number + " big" + number, "goes" + number);
    if (depth == 0) {
      body.node("Neg", state, "next" + number);
    } else {
      body.initializer("trips" + number, Tensor.ofLongs(Shape.SCALAR, trips));
      TestModel inner = nested(number + 1, trips, depth - 1);
      body.node("Loop", "trips" + number + " - " + state, "next" + number, graph("body", inner));
    }
    return body.output("goes" + number, DataType.BOOL).output("next" + number);
  }

  @Test
  @Timeout(60)
  void iterationsOfNestedLoopsCountTogether() {
    for (long trips : new long[] {3, 150, 1L << 62}) {
      TestModel model =
          new TestModel(16)
              .input("x", 2)
              .initializer("trips", Tensor.ofLongs(Shape.SCALAR, trips))
              .node("Loop", "trips - x", "y", graph("body", nested(0, trips, trips == 3 ? 9 : 1)))
              .output("y");
      assertRefused(model, "it goes on after 20000 iterations, those of loops in it included");
    }
  }

  @Test
  @Timeout(60)
  void iterationsOfAllLoopsOfARunAreLimited() {
    TestModel model = new TestModel(16).input("x", 2);
    model.initializer("trips", Tensor.ofLongs(Shape.SCALAR, 19_999));
    String value = "x";
    for (int i = 0; i < 6; i++) {
      String next = i == 5 ? "y" : "v" + i;
      model.node("Loop", "trips - " + value, next, graph("body", nested(i, 0, 0)));
      value = next;
    }
    assertRefused(model.output("y"), "it goes on after 100000 iterations of all loops");
  }

  @Test
  void statesThatChangeTheirTypeAreRefused() {
    TestModel body =
        new TestModel(16)
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("h", 2)
            .node("Identity", "go", "goes")
            .node("Cast", "h", "next", integer("to", 11))
            .output("goes", DataType.BOOL)
            .output("next", DataType.DOUBLE);
    assertRefused(
        new TestModel(16)
            .input("x", 2)
            .initializer("trips", Tensor.ofLongs(Shape.SCALAR, 3))
            .node("Loop", "trips - x", "y", graph("body", body))
            .output("y", DataType.DOUBLE),
        "its value 0 is FLOAT before an iteration and DOUBLE behind it");
  }

  @Test
  void rowsOfDifferentShapesAreRefused() {
    TestModel body =
        new TestModel(16)
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("h", -1)
            .scalar("limit", 100)
            .node("Concat", "h h", "next", integer("axis", 0))
            .node("ReduceSum", "next", "sum", integer("keepdims", 0))
            .node("Less", "sum limit", "goes")
            .output("goes", DataType.BOOL)
            .output("next")
            .output("next");
    body.graph().getOutputBuilder(2).setName("h");
    assertRefused(
        new TestModel(16)
            .input("x", 2)
            .node("Abs", "x", "a")
            .node("Loop", "- - a", "b rows", graph("body", body))
            .node("ReduceSum", "rows", "y", integer("keepdims", 0))
            .output("y"),
        "its rows have shapes 2 and 4");
  }

  @Test
  void aFormatThatChangesNothingIsRefused() {
    TestModel model =
        new TestModel(16)
            .input("x", 2)
            .node("Relu", "x", "r")
            .node("NonZero", "r", "z")
            .node("Cast", "z", "y", integer("to", 1))
            .output("y");
    try (Network network = blueprint(model, quantized("e4m3"), "cpu").open()) {
      assertThatThrownBy(() -> network.run(Map.of("x", random(1, 2))))
          .hasMessageContaining("nothing is quantized");
    }
  }

  @Test
  void reductionsOverEmptySelectionsWork() {
    TestModel model =
        new TestModel(16)
            .input("x", 3, 4)
            .scalar("big", 1e30f)
            .node("ReduceMax", "x", "m", integers("axes", 1), integer("keepdims", 0))
            .node("Greater", "m big", "c")
            .node("Compress", "x c", "k", integer("axis", 0))
            .initializer("W", random(2, 4, 3))
            .node("MatMul", "k W", "y")
            .output("y");
    try (Network network = blueprint(model, FLOAT, "cpu").open()) {
      assertThat(network.run(Map.of("x", random(1, 3, 4))).get("y").shape())
          .isEqualTo(Shape.of(0, 3));
    }
  }
}
