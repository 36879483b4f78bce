package fp8sim.onnx;

import static fp8sim.onnx.TestModel.graph;
import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;

import ai.onnx.proto.OnnxMl.AttributeProto;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loop, Scan, and shapes that depend on data; ONNX Runtime is the oracle. */
class ControlFlowOracleTest {
  private static Tensor bool(boolean value) {
    Tensor tensor = Tensor.zeros(DataType.BOOL, Shape.SCALAR);
    tensor.data().set(Tensor.BYTE, 0, (byte) (value ? 1 : 0));
    return tensor;
  }

  private static Tensor count(long value) {
    return Tensor.ofLongs(Shape.SCALAR, value);
  }

  /** A body {@code i, go, h [2,3] -> go, h', row}: {@code h' = tanh(h W + x)}, row = h' - i. */
  private static TestModel body() {
    return new TestModel(16)
        .input("i", DataType.INT64)
        .input("go", DataType.BOOL)
        .input("h", 2, 3)
        .floats("W", Shape.of(3, 3), 1, 0.5f, 0, -1, 0.25f, 2, 0, 1, -0.5f)
        .node("MatMul", "h W", "hw")
        .node("Add", "hw x", "sum")
        .node("Tanh", "sum", "next")
        .node("Cast", "i", "number", integer("to", 1))
        .node("Sub", "next number", "row")
        .node("Identity", "go", "goes")
        .output("goes", DataType.BOOL)
        .output("next")
        .output("row");
  }

  private static TestModel loop(TestModel body, Tensor trips, Tensor condition) {
    return new TestModel(16)
        .input("x", 2, 3)
        .initializer("trips", trips)
        .initializer("condition", condition)
        .node("Loop", "trips condition x", "y rows", graph("body", body))
        .output("y")
        .output("rows");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void knownTrips(int trips) {
    Oracle.check(loop(body(), count(trips), bool(true)));
    Oracle.check(loop(body(), count(trips), bool(false)));
  }

  @Test
  void conditionsOfKnownValues() {
    TestModel body =
        new TestModel(16)
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("h", 2, 3)
            .initializer("four", count(4))
            .node("Less", "i four", "goes")
            .node("Mul", "h h", "next")
            .output("goes", DataType.BOOL)
            .output("next");
    Oracle.check(
        new TestModel(16)
            .input("x", 2, 3)
            .node("Loop", "- - x", "y", graph("body", body))
            .output("y"));
  }

  /** {@code while (sum |h| < limit) h = 2 h}. */
  private static TestModel doubling(float limit) {
    return new TestModel(16)
        .input("i", DataType.INT64)
        .input("go", DataType.BOOL)
        .input("h", 2, 3)
        .scalar("two", 2)
        .scalar("limit", limit)
        .node("Mul", "h two", "next")
        .node("ReduceL1", "next", "sum", integer("keepdims", 0))
        .node("Less", "sum limit", "goes")
        .node("Sub", "next x", "row")
        .output("goes", DataType.BOOL)
        .output("next")
        .output("row");
  }

  @Test
  void conditionsOfComputedValues() {
    Oracle.check(loop(doubling(1000), count(1000), bool(true)));
    Oracle.check(loop(doubling(1000), count(3), bool(true)));
    Oracle.check(loop(doubling(0), count(1000), bool(true)));
    Oracle.check(loop(doubling(1000), count(1000), bool(false)));
  }

  @Test
  void layersBehindALoopOfComputedLength() {
    Oracle.check(
        new TestModel(16)
            .input("x", 2, 3)
            .floats("V", Shape.of(3, 2), 1, 2, -1, 0.5f, 0, 1)
            .node("Relu", "x", "r")
            .node("Loop", "- - r", "h rows", graph("body", doubling(300)))
            .node("MatMul", "rows V", "p")
            .node("ReduceMean", "p", "y", integers("axes", 0))
            .output("y"));
  }

  @Test
  void valuesThatGrow() {
    TestModel body =
        new TestModel(16)
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("h", -1, 3)
            .scalar("limit", 6)
            .node("Concat", "h x", "next", integer("axis", 0))
            .node("ReduceL1", "next", "sum", integer("keepdims", 0))
            .node("Less", "sum limit", "goes")
            .output("goes", DataType.BOOL)
            .output("next");
    Oracle.check(
        new TestModel(16)
            .input("x", 2, 3)
            .node("Loop", "- - x", "y", graph("body", body))
            .output("y"));
  }

  @Test
  void tripsOfComputedValues() {
    Oracle.check(
        new TestModel(16)
            .input("x", 2, 3)
            .longs("all", 0, 1)
            .node("NonZero", "positive", "found")
            .node("Greater", "x zero", "positive")
            .scalar("zero", 0)
            .node("Cast", "positive", "ones", integer("to", 7))
            .node("ReduceSum", "ones all", "trips", integer("keepdims", 0))
            .node("Loop", "trips - x", "y rows", graph("body", body()))
            .output("y")
            .output("rows"));
  }

  @Test
  void loopsInLoopsAndBranches() {
    TestModel then =
        new TestModel(16)
            .initializer("three", count(3))
            .node("Loop", "three - h", "a b", graph("body", named(body(), "q")))
            .node("ReduceSum", "b", "c", integer("keepdims", 0))
            .node("Add", "a c", "t")
            .output("t");
    TestModel other = new TestModel(16).node("Neg", "h", "e").output("e");
    TestModel outer =
        new TestModel(16)
            .input("j", DataType.INT64)
            .input("go2", DataType.BOOL)
            .input("h", 2, 3)
            .scalar("zero", 0)
            .node("ReduceSum", "h", "s", integer("keepdims", 0))
            .node("Greater", "s zero", "isPositive")
            .node(
                "If",
                "isPositive",
                "next2",
                graph("then_branch", then),
                graph("else_branch", other))
            .node("Identity", "go2", "goes2")
            .output("goes2", DataType.BOOL)
            .output("next2");
    Oracle.check(
        new TestModel(16)
            .input("x", 2, 3)
            .initializer("two", count(2))
            .node("Loop", "two - x", "y", graph("body", outer))
            .output("y"));
  }

  /** The same body with other names of what it is given. */
  private static TestModel named(TestModel body, String prefix) {
    body.graph().getInputBuilder(2).setName(prefix);
    body.graph().getNodeBuilder(0).setInput(0, prefix);
    return body;
  }

  @Test
  void scans() {
    TestModel body =
        new TestModel(16)
            .input("s", 3)
            .input("p", 3)
            .input("q", 2)
            .node("Add", "s p", "t")
            .node("ReduceSum", "q", "k", integer("keepdims", 1))
            .node("Mul", "t k", "u")
            .node("Identity", "q", "v")
            .output("t")
            .output("u")
            .output("v");
    Oracle.check(scan(body, integer("num_scan_inputs", 2), integers("scan_input_axes", 0, 1)));
    Oracle.check(
        scan(
            body,
            integer("num_scan_inputs", 2),
            integers("scan_input_axes", 0, -1),
            integers("scan_input_directions", 1, 0),
            integers("scan_output_directions", 0, 1),
            integers("scan_output_axes", 1, -1)));
  }

  private static TestModel scan(TestModel body, AttributeProto... list) {
    AttributeProto[] all = Arrays.copyOf(list, list.length + 1);
    all[list.length] = graph("body", body);
    return new TestModel(16)
        .input("start", 3)
        .input("x", 5, 3)
        .input("z", 2, 5)
        .node("Scan", "start x z", "y1 y2 y3", all)
        .output("y1")
        .output("y2")
        .output("y3");
  }

  @Test
  void positionsOfNonZeros() {
    Oracle.check(
        new TestModel(16)
            .input("x", 2, 3, 4)
            .node("Relu", "x", "r")
            .node("NonZero", "r", "y")
            .output("y", DataType.INT64));
    Oracle.check(
        new TestModel(16)
            .input("x", 5)
            .node("Relu", "x", "r")
            .node("NonZero", "r", "n")
            .node("Shape", "n", "y")
            .output("y", DataType.INT64));
  }

  @Test
  void compression() {
    for (int axis : new int[] {0, 1, -1}) {
      Oracle.check(
          new TestModel(16)
              .input("x", 4, 4)
              .scalar("zero", 0)
              .floats("W", Shape.of(4, 2), 1, 2, 3, 4, -1, 0, 1, -2)
              .node("ReduceSum", "x", "s", integer("keepdims", 0))
              .node("ReduceMax", "x", "m", integers("axes", 0), integer("keepdims", 0))
              .node("Greater", "m zero", "c")
              .node("Compress", "x c", "k", integer("axis", axis))
              .node("ReduceSum", "k", "y")
              .output("k")
              .output("y"));
    }
    Oracle.check(
        new TestModel(16)
            .input("x", 3, 4)
            .input("v", 7)
            .scalar("zero", 0)
            .node("Greater", "v zero", "c")
            .node("Compress", "x c", "y")
            .output("y"));
  }

  @Test
  void operandsOfComputedValues() {
    TestModel model =
        new TestModel(16)
            .input("x", 4, 6)
            .longs("zero", 0)
            .longs("one", 1)
            .longs("six", 6)
            .node("Flatten", "x", "f", integer("axis", 0))
            .node("ArgMax", "f", "a", integer("axis", 1), integer("keepdims", 0))
            .node("Mod", "a six", "m")
            .node("Add", "m one", "k")
            .node("Slice", "x zero k one", "y");
    model.node("Concat", "one k", "shape", integer("axis", 0));
    model.node("Expand", "one shape", "e").node("Tile", "x shape", "t");
    Oracle.check(model.output("y").output("e", DataType.INT64).output("t"));
  }

  @Test
  void severalStages() {
    Oracle.check(
        new TestModel(16)
            .input("x", 6, 4)
            .longs("first", 0)
            .floats("W", Shape.of(4, 4), 1, -2, 0.5f, 0, 2, 1, -1, 0, 0, 1, 1, -1, 3, 0, 0, 1)
            .scalar("zero", 0)
            .node("ReduceMax", "x", "m", integers("axes", 1), integer("keepdims", 0))
            .node("Greater", "m zero", "c")
            .node("Compress", "x c", "k", integer("axis", 0))
            .node("MatMul", "k W", "p")
            .node("ReduceMin", "p", "n", integers("axes", 1), integer("keepdims", 0))
            .node("Less", "n zero", "d")
            .node("Compress", "p d", "q", integer("axis", 0))
            .node("Relu", "q", "r")
            .node("NonZero", "r", "z")
            .node("Transpose", "z", "t")
            .node("GatherND", "r t", "y")
            .output("q")
            .output("y"));
  }
}
