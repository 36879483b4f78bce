package fp8sim.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad models fail in one line that says what and where. */
class ModelChecksTest {
  @TempDir Path folder;

  private static TestModel relu() {
    return new TestModel(17).input("x", 2, 3).node("Relu", "x", "y").output("y");
  }

  private static void assertRefused(TestModel model, String... parts) {
    assertRefused(() -> OnnxModel.read("test.onnx", model.bytes()), parts);
  }

  private static void assertRefused(Runnable reading, String... parts) {
    assertThatThrownBy(reading::run)
        .isInstanceOfSatisfying(
            Fp8simException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT);
              assertThat(e.getMessage()).contains(parts).doesNotContain("\n");
            });
  }

  @Test
  void listsEveryUnsupportedNode() {
    TestModel model =
        new TestModel(17)
            .input("x", 2)
            .node("StringNormalizer", "x", "a")
            .node("NoSuchOperator", "a", "b")
            .node("Gelu", "b", "c")
            .node("Cast", "c", "y", TestModel.integer("to", 8))
            .output("y");
    assertRefused(
        model,
        "test.onnx: 4 unsupported nodes",
        "StringNormalizer (opset 17) node \"n_a\"",
        "NoSuchOperator",
        "Gelu (opset 17) node \"n_c\": exists in opsets 20 to 28 only",
        "Cast (opset 17) node \"n_y\": to has the type STRING");
  }

  @Test
  void refusesOpsetsOutsideItsRange() {
    assertRefused(new TestModel(29).input("x", 2).node("Relu", "x", "y").output("y"), "opset 29");
    assertRefused(
        new TestModel(5).input("x", 2).node("Tile", "x x x", "y").output("y"), "has opset 5");
    assertRefused(new TestModel(0).input("x", 2).node("Relu", "x", "y").output("y"), "opset 0");
  }

  @Test
  void refusesCycles() {
    TestModel model =
        new TestModel(17).input("x", 2).node("Add", "x b", "a").node("Relu", "a", "b").output("b");
    assertRefused(model, "test.onnx", "cycle", "n_a");
  }

  @Test
  void sortsNodesThatAreOutOfOrder() {
    TestModel model =
        new TestModel(17).input("x", 2).node("Relu", "a", "b").node("Neg", "x", "a").output("b");
    assertThat(model.read().nodes()).extracting(n -> n.name()).containsExactly("n_a", "n_b");
  }

  @Test
  void refusesWhatIsDefinedTwiceOrNever() {
    assertRefused(relu().node("Neg", "x", "y"), "\"y\" is defined twice");
    assertRefused(relu().node("Neg", "missing", "z"), "n_z", "reads \"missing\"");
    assertRefused(relu().output("other"), "no node makes the output \"other\"");
    assertRefused(relu().input("x", 1), "\"x\" is defined twice");
    assertRefused(new TestModel(17).input("x", 2), "no outputs");
  }

  @Test
  void refusesWrongNumbersOfInputsAndAttributesOfOtherTypes() {
    assertRefused(relu().node("Add", "x", "z"), "n_z", "has 1 inputs, needs 2");
    assertRefused(relu().node("Conv", "- x", "z"), "n_z", "input 0 is missing");
    assertRefused(
        relu().node("Softmax", "x", "z", TestModel.number("axis", 1)),
        "n_z",
        "\"axis\" has type FLOAT where INT is needed");
    assertRefused(
        relu().node("Softmax", "x", "z", TestModel.integer("axes", 1)), "unknown attribute");
    assertRefused(
        relu().node("Softmax", "x", "z", TestModel.integer("axis", 1L << 40)), "out of range");
    assertRefused(relu().node("Transpose", "x", "a b"), "has 2 outputs");
  }

  @Test
  void refusesTensorsWhoseDataDoesNotFit() {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName("w").setDataType(1);
    TestModel tooShort = relu();
    tooShort
        .graph()
        .addInitializer(tensor.clone().addDims(3).setRawData(ByteString.copyFrom(new byte[8])));
    assertRefused(tooShort, "initializer \"w\"", "8 bytes", "12");
    TestModel negative = relu();
    negative.graph().addInitializer(tensor.clone().addDims(-3));
    assertRefused(negative, "negative dimension");
    TestModel huge = relu();
    huge.graph().addInitializer(tensor.clone().addDims(1L << 40).addDims(1L << 40));
    assertRefused(huge, "initializer \"w\"", "out of range");
    TestModel large = relu();
    large.graph().addInitializer(tensor.clone().addDims(1 << 20).addDims(1 << 20));
    assertRefused(large, "more than 2^31-1 elements");
    TestModel promised = relu();
    promised.graph().addInitializer(tensor.clone().addDims(1 << 30));
    assertRefused(promised, "0 values", "1073741824");
    TestModel strings = relu().node("Add", "y w", "z").output("z");
    strings.graph().addInitializer(tensor.clone().setDataType(8));
    assertRefused(strings, "STRING", "not supported");
  }

  @Test
  void aModelOfAnotherDomainNeedNotImportOnnx() {
    TestModel model = relu();
    model.model().clearOpsetImport().addOpsetImportBuilder().setDomain("com.example").setVersion(1);
    model.graph().getNodeBuilder(0).setDomain("com.example").setOpType("Odd");
    assertRefused(model, "1 unsupported node: com.example.Odd node \"n_y\": unknown operator");
  }

  @Test
  void refusesFilesThatAreNoModels() throws IOException {
    Path file = folder.resolve("model.onnx");
    assertRefused(() -> OnnxModel.read(file), "model.onnx: no such file");
    assertRefused(() -> OnnxModel.read(folder), "is a folder");
    Files.createFile(file);
    assertRefused(() -> OnnxModel.read(file), "empty");
    Files.writeString(file, "<html>404 Not Found</html>");
    assertRefused(() -> OnnxModel.read(file), "model.onnx", "not a");
    Files.write(file, "version https://git-lfs".getBytes(StandardCharsets.UTF_8));
    assertRefused(() -> OnnxModel.read(file), "model.onnx", "not a");
  }

  @Test
  void refusesALengthBeyondTheFile() throws IOException {
    // Field 7 (graph), length 2^31 - 1, in a file of 1 KB.
    byte[] bytes = new byte[1024];
    System.arraycopy(new byte[] {0x3A, -1, -1, -1, -1, 7}, 0, bytes, 0, 6);
    Path file = Files.write(folder.resolve("model.onnx"), bytes);
    assertRefused(() -> OnnxModel.read(file), "model.onnx", "truncated");
  }

  @Test
  void refusesNestingWithoutEnd() {
    TestModel inner = new TestModel(17).node("Constant", "", "y").output("y");
    for (int i = 0; i < 200; i++) {
      TestModel outer = new TestModel(17);
      outer.graph().addNode(NodeProto.newBuilder().setOpType("If").addInput("c").addOutput("y"));
      outer.graph().getNodeBuilder(0).addAttribute(TestModel.graph("then_branch", inner));
      outer.output("y");
      inner = outer;
    }
    assertRefused(inner, "test.onnx", "nest");
  }

  @Test
  void readsExternalDataInsideTheFolderOnly() throws IOException {
    Path models = Files.createDirectory(folder.resolve("models"));
    Files.write(models.resolve("w.bin"), new byte[64]);
    Files.write(folder.resolve("secret.bin"), new byte[64]);
    Files.createSymbolicLink(models.resolve("link.bin"), folder.resolve("secret.bin"));
    Tensor read = external(models, Map.of("location", "w.bin", "offset", "4", "length", "8"));
    assertThat(read.shape()).isEqualTo(Shape.of(2));
    assertThat(read.data().isMapped()).isTrue();
    assertOutside(models, "../secret.bin");
    assertOutside(models, "sub/../../secret.bin");
    assertOutside(models, "link.bin");
    assertOutside(models, folder.resolve("secret.bin").toString());
    assertOutside(models, "");
    assertExternalRefused(
        models, Map.of("location", "nul\0"), "model.onnx", "'nul\\0' is not a file name");
    assertExternalRefused(models, Map.of("location", "none.bin"), "missing");
    assertExternalRefused(models, Map.of("location", "."), "not a file");
    assertExternalRefused(models, Map.of("location", "w.bin", "offset", "60"), "outside w.bin");
    assertExternalRefused(models, Map.of("location", "w.bin", "offset", "-1"), "no size");
    assertExternalRefused(models, Map.of("location", "w.bin", "length", "12"), "12 bytes");
    assertExternalRefused(
        models, Map.of("location", "w.bin", "offset", Long.MAX_VALUE + ""), "outside");
  }

  private static void assertOutside(Path models, String location) {
    assertExternalRefused(
        models, Map.of("location", location), "not inside the model's folder", "model.onnx");
  }

  private static void assertExternalRefused(
      Path models, Map<String, String> entries, String... parts) {
    assertRefused(() -> external(models, entries), parts);
  }

  /** Reads a model with a float32 tensor of shape 2 that is kept elsewhere. */
  private static Tensor external(Path models, Map<String, String> entries) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(DataType.FLOAT.onnxCode())
            .addDims(2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    entries.forEach(
        (key, value) ->
            tensor.addExternalData(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    TestModel model = relu();
    model.graph().addInitializer(tensor);
    try {
      Path file = Files.write(models.resolve("model.onnx"), model.bytes());
      return OnnxModel.read(file).initializers().get("w");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusesExternalDataOfAModelInMemory() {
    TestModel model = relu();
    model
        .graph()
        .addInitializer(
            TensorProto.newBuilder()
                .setName("w")
                .setDataType(1)
                .addDims(2)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL));
    assertRefused(model, "external data needs a model in a file");
  }

  @Test
  void mapsWeightsInsteadOfCopyingThem() throws IOException {
    TestModel model = relu().floats("w", Shape.of(256), new float[256]);
    Path file = Files.write(folder.resolve("model.onnx"), model.bytes());
    Tensor weight = OnnxModel.read(file).initializers().get("w");
    assertThat(weight.data().isMapped()).isTrue();
    assertThat(weight.data().isReadOnly()).isTrue();
  }

  @Test
  void namesOfNodesAreUnique() {
    TestModel model = relu();
    model.graph().addNode(NodeProto.newBuilder().setOpType("Neg").addInput("y").addOutput("z"));
    model
        .graph()
        .addNode(
            NodeProto.newBuilder().setName("n_y").setOpType("Neg").addInput("z").addOutput("u"));
    assertThat(model.read().nodes()).extracting(n -> n.name()).containsExactly("n_y", "z", "n_y_1");
  }
}
