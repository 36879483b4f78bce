package fp8sim.cli;

import static fp8sim.onnx.TestModel.graph;
import static fp8sim.onnx.TestModel.integer;
import static fp8sim.onnx.TestModel.integers;
import static fp8sim.onnx.TestModel.string;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import fp8sim.common.ExitCode;
import fp8sim.npy.Npy;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small files that ask for absurd work or memory: {@code run} and {@code export} say no in one line
 * that names the file, before they take time or memory.
 */
@Timeout(60)
class HostileModelTest {
  private static final long HUGE = 1L << 62;
  private static final int MAX = Integer.MAX_VALUE;

  @TempDir private Path folder;

  private static final Map<String, TestModel> MODELS = new LinkedHashMap<>();

  static {
    addLoops();
    addRecurrences();
    for (int size : new int[] {46_340, MAX}) {
      addSizes(size);
      addWindows(size);
      addRegions(size);
    }
    for (long size : new long[] {-1, 7, MAX, HUGE, Long.MIN_VALUE}) {
      addBlocks(size);
    }
    addFunctions();
  }

  static Stream<String> models() {
    return MODELS.keySet().stream();
  }

  private static void add(String name, TestModel model) {
    MODELS.put(name, model);
  }

  /** A model of one node that reads the input x. */
  private static void one(
      String name, TestModel model, String operator, String inputs, AttributeProto... attributes) {
    add(operator + " " + name, model.node(operator, inputs, "y", attributes).output("y"));
  }

  private static TestModel model(int... dims) {
    return new TestModel(21).input("x", dims);
  }

  private static Tensor number(long value) {
    return Tensor.ofLongs(Shape.SCALAR, value);
  }

  private static TestModel body(int depth) {
    TestModel body =
        new TestModel(21)
            .input("i" + depth, DataType.INT64)
            .input("go" + depth, DataType.BOOL)
            .input("h" + depth, 2)
            .node("Identity", "go" + depth, "goes" + depth);
    if (depth == 0) {
      body.node("Sin", "h0", "next0");
    } else {
      body.initializer("trips" + depth, number(HUGE));
      String inputs = "trips%d - h%d".formatted(depth, depth);
      body.node("Loop", inputs, "next" + depth, graph("body", body(depth - 1)));
    }
    return body.output("goes" + depth, DataType.BOOL).output("next" + depth);
  }

  private static void addLoops() {
    for (int depth : new int[] {0, 9}) {
      TestModel model = model(2).initializer("t", number(HUGE));
      one("of depth " + depth, model, "Loop", "t - x", graph("body", body(depth)));
    }
    TestModel growing =
        new TestModel(21)
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("h", 2)
            .node("Identity", "go", "goes")
            .node("Concat", "h h", "next", integer("axis", 0))
            .output("goes", DataType.BOOL)
            .output("next");
    one(
        "that doubles",
        model(2).initializer("t", number(1000)),
        "Loop",
        "t - x",
        graph("body", growing));
    TestModel step =
        new TestModel(21).input("s", 1).input("p", 1).node("Add", "s p", "t").output("t");
    one(
        "of 2^31-1 steps",
        model(1).longs("n", MAX, 1).node("Expand", "x n", "e"),
        "Scan",
        "x e",
        integer("num_scan_inputs", 1),
        graph("body", step));
  }

  private static void addRecurrences() {
    for (String operator : List.of("LSTM", "GRU", "RNN")) {
      for (long hidden : new long[] {1L << 30, 1L << 28, HUGE, -1}) {
        TestModel model = model(3, 1, 2).scalar("v", 0.1f);
        model.longs("w", 1, 4 * hidden, 2).longs("r", 1, 4 * hidden, hidden);
        model.node("Expand", "v w", "W").node("Expand", "v r", "R");
        one("of " + hidden, model, operator, "x W R", integer("hidden_size", hidden));
      }
    }
  }

  private static void addSizes(int size) {
    String name = "of " + size;
    one(name, model(1).longs("s", size, size), "Expand", "x s");
    one(name, model(100_000).longs("s", size), "Tile", "x s");
    one(name, model(1, 1, 2, 2).longs("s", 1, 1, size, size), "Resize", "x - - s");
    one(name, model(2, 2).longs("s", size, size, size, size), "Pad", "x s");
    one(name, model(2, 2).longs("s", size, size), "CenterCropPad", "x s");
    one(name, model(1, 2, 3).longs("s", 1, 1, size, size), "AffineGrid", "x s");
    one(name, model(1, 4, 9).longs("s", size, size).longs("b", 2, 2), "Col2Im", "x s b");
    one(name, model(4).longs("k", size), "TopK", "x k");
    one(name, model(4), "Split", "x", integer("num_outputs", size));
    one(name, model(1, 4, 2, 2), "DepthToSpace", "x", integer("blocksize", size));
    one(
        name,
        model(2)
            .longs("i", 0)
            .longs("d", size)
            .floats("v", Shape.of(2), 0, 1)
            .longs("n", 3, size)
            .node("Expand", "i n", "e"),
        "OneHot",
        "e d v");
    one(
        name,
        model(1, 1, 2, 2).longs("s", 1, size, size, 2).node("Expand", "x s", "g"),
        "GridSample",
        "x g");
    one(name, model(1).longs("s", size, size).node("ConstantOfShape", "s", "c"), "Add", "c x");
    one(name, model(1).longs("s", size, size).node("Expand", "x s", "e"), "NonZero", "e");
    TestModel range = model(1).scalar("a", 0).scalar("b", size).scalar("c", 1e-9f);
    one(name, range.node("Range", "a b c", "r"), "Add", "r x");
    one(
        name,
        model(1, 2, 8),
        "Attention",
        "x x x",
        integer("q_num_heads", size),
        integer("kv_num_heads", size));
  }

  private static void addWindows(int size) {
    String name = "of " + size;
    Shape pixel = Shape.of(1, 1, 1, 1);
    AttributeProto pads = integers("pads", size, size, size, size);
    one(name, model(1, 1, 2, 2).floats("w", pixel, 1), "Conv", "x w", pads);
    one(
        name,
        model(1, 1, 2, 2).floats("w", pixel, 1),
        "ConvTranspose",
        "x w",
        integers("strides", size, size));
    AttributeProto kernel = integers("kernel_shape", size, size);
    for (String pool : List.of("MaxPool", "AveragePool", "LpPool")) {
      one(name, model(1, 1, 2, 2), pool, "x", kernel, pads);
    }
  }

  private static void addRegions(int size) {
    String name = "of " + size;
    TestModel ratio = model(1, 1, 4, 4).floats("r", Shape.of(1, 4), 0, 0, 3, 3).longs("i", 0);
    one(name, ratio, "RoiAlign", "x r i", integer("sampling_ratio", size));
    TestModel pixels = model(1, 1, 4, 4).floats("r", Shape.of(1, 5), 0, 0, 0, 3, 3);
    one(name, pixels, "MaxRoiPool", "x r", integers("pooled_shape", size, size));
    String equation = "i,j,k->";
    TestModel product = model(1).longs("s", size).node("Expand", "x s", "e");
    one(name, product, "Einsum", "e e e", string("equation", equation));
  }

  private static void addBlocks(long size) {
    String name = "of blocks of " + size;
    AttributeProto block = integer("block_size", size);
    AttributeProto axis = integer("axis", 0);
    TestModel quantize = model(4, 6).floats("s", Shape.of(2, 6), new float[12]);
    one(name, quantize, "QuantizeLinear", "x s", axis, block, integer("output_dtype", 22));
    TestModel dequantize = model(4, 6).floats("s", Shape.of(2, 6), new float[12]);
    dequantize.initializer("w", Tensor.zeros(DataType.INT4, Shape.of(4, 6)));
    dequantize.node("DequantizeLinear", "w s", "d", axis, block);
    one(name, dequantize, "Add", "d x");
    TestModel bits = model(2, 32).floats("s", Shape.of(1), 1);
    bits.initializer("w", Tensor.zeros(DataType.UINT8, Shape.of(1, 1, 16)));
    AttributeProto k = integer("K", 32);
    AttributeProto n = integer("N", 1);
    add(
        "MatMulNBits " + name,
        bits.runtimeNode("MatMulNBits", "x w s", "y", k, n, integer("bits", 4), block).output("y"));
  }

  /** Functions that each call the next one twice, the last one itself. */
  private static void addFunctions() {
    TestModel doubling = model(2).node("f0", "x", "y").in("own").output("y");
    for (int i = 0; i < 40; i++) {
      String next = "f" + Math.min(i + 1, 39);
      doubling
          .model()
          .addFunctionsBuilder()
          .setDomain("own")
          .setName("f" + i)
          .addInput("a")
          .addOutput("c")
          .addOpsetImport(doubling.model().getOpsetImport(0))
          .addOpsetImport(doubling.model().getOpsetImport(1))
          .addNode(call(next, "a", "b"))
          .addNode(call(next, "b", "c"));
    }
    add("Functions", doubling);
  }

  private static NodeProto call(String name, String input, String output) {
    return NodeProto.newBuilder()
        .setDomain("own")
        .setOpType(name)
        .addInput(input)
        .addOutput(output)
        .build();
  }

  @ParameterizedTest
  @MethodSource("models")
  void absurdModelsAreRefused(String name) throws IOException {
    TestModel model = MODELS.get(name);
    Path file = Files.write(folder.resolve("hostile.onnx"), model.bytes());
    int[] dims =
        model.graph().getInput(0).getType().getTensorType().getShape().getDimList().stream()
            .mapToInt(dim -> (int) dim.getDimValue())
            .toArray();
    Path x = folder.resolve("x.npy");
    Npy.write(x, Tensor.zeros(DataType.FLOAT, Shape.of(dims)));
    Cli run = Cli.run("run", "--model", file, "--input", x, "--output-dir", folder.resolve("out"));
    assertThat(run.exitCode()).as(run.err()).isIn(Set.of(ExitCode.INPUT, ExitCode.BACKEND));
    run.refuses(run.exitCode(), file);
    Cli export = Cli.run("export", "--model", file, "--output", folder.resolve("e.onnx"));
    if (export.exitCode() != ExitCode.SUCCESS) {
      assertThat(export.exitCode()).as(export.err()).isIn(ExitCode.INPUT, ExitCode.BACKEND);
      assertThat(export.err().lines().toList().getLast()).startsWith("fp8sim: " + file);
    }
  }
}
