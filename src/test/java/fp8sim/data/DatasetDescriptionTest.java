package fp8sim.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import fp8sim.common.SharedFiles;
import fp8sim.model.Bundled;
import fp8sim.model.ModelCard;
import fp8sim.npy.Npy;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetDescriptionTest {
  @TempDir Path folder;

  static List<String> bundled() {
    return Bundled.DATASETS;
  }

  @ParameterizedTest
  @MethodSource("bundled")
  void bundledDescriptionsAreValid(String name) {
    assertThat(DatasetDescription.load(name, null).name()).isEqualTo(name);
  }

  @Test
  void fashionMnistIsBundledWithItsData() {
    DatasetDescription description = DatasetDescription.load("fashion-mnist", null);
    Dataset test = description.open(null);
    Dataset calibration = description.openCalibration(null);

    assertThat(test.size()).isEqualTo(10_000);
    assertThat(perClass(test)).containsOnly(1000);
    assertThat(perClass(calibration)).containsExactly(52, 52, 51, 51, 51, 51, 51, 51, 51, 51);
    Tensor image = test.sample(0).getFirst();
    assertThat(image.shape()).isEqualTo(Shape.of(1, 28, 28));
    assertThat(image.toFloats()[0]).isEqualTo((0f - 0.286f) / 0.353f);
  }

  private static int[] perClass(Dataset dataset) {
    int[] counts = new int[10];
    IntStream.range(0, dataset.size()).forEach(i -> counts[dataset.label(i)]++);
    return counts;
  }

  @Test
  void unknownNamesAndMissingDataAreOneLine() {
    assertThatThrownBy(() -> DatasetDescription.load("fashion", null))
        .hasMessageStartingWith("no dataset \"fashion\": name a JSON file or one of fashion-mnist");
    assertThatThrownBy(() -> DatasetDescription.load("imagenet", null).open(null))
        .hasMessage("val: not bundled; name the folder that holds it with --data-root DIR");
    assertThatThrownBy(() -> DatasetDescription.load("mnist", folder).open(null))
        .hasMessage(folder.resolve("t10k-images-idx3-ubyte.gz") + ": no such file or folder");
  }

  @Test
  void imageFolderByNameAndByNumber() throws IOException {
    for (String name : new String[] {"10", "2", "1"}) {
      image("images/" + name + "/" + name + ".png");
    }
    Files.writeString(folder.resolve("images/2/notes.txt"), "no image");
    image("images/2/nested/a.PNG");
    assertThat(open("\"layout\": \"image-folder\", \"images\": \"images\""))
        .satisfies(data -> assertThat(labels(data)).containsExactly(0, 1, 2, 2));
    String number =
        "\"layout\": \"image-folder\", \"images\": \"images\", \"classOrder\": \"number\"";
    assertThat(labels(open(number))).containsExactly(0, 1, 1, 2);
    assertThat(labels(open(number + ", \"classes\": 11"))).containsExactly(1, 2, 2, 10);
    assertThat(labels(open(number + ", \"labelOffset\": 1"))).containsExactly(1, 2, 2, 3);
    assertOpenFails(
        "\"layout\": \"image-folder\", \"images\": \"images\", \"classes\": 4",
        "images: has 3 class folders, but the description says 4 classes");
    image("images/cat/x.png");
    assertOpenFails(number, "cat: is not named by a number");
  }

  @Test
  void labelsCsvWithAndWithoutHeading() throws IOException {
    image("val/a, b.png");
    image("val/c.png");
    String keys =
        "\"layout\": \"labels-csv\", \"images\": \"val\", \"labels\": \"l.csv\", \"classes\": 3";
    write("l.csv", "file,class,by\r\n\"a, b.png\",2,\"x \"\"y\"\"\nz\"\r\n\r\nc.png, 0\r\n");
    assertThat(labels(open(keys))).containsExactly(2, 0);
    assertThat(open(keys).sample(0).getFirst().shape()).isEqualTo(Shape.of(3, 19, 37));
    write("l.csv", "c.png,1");
    assertThat(labels(open(keys))).containsExactly(1);
    write("l.csv", "c.png,1\nc.png\n");
    assertOpenFails(keys, "l.csv: line 2: the class of \"c.png\" is missing");
    write("l.csv", "c.png,1\nc.png,dog\n");
    assertOpenFails(keys, "l.csv: line 2: \"dog\" is not a class number");
    write("l.csv", "c.png,1\n,2\n");
    assertOpenFails(keys, "l.csv: line 2: the file name is missing");
    write("l.csv", "c.png,\"1\n");
    assertOpenFails(keys, "l.csv: line 1: a quote is not closed");
    write("l.csv", "c.png,3\n");
    assertOpenFails(keys, "c.png: class 3 is outside 0..2");
    write("l.csv", "file,class\n");
    assertOpenFails(keys, "l.csv: lists no files");
    Files.delete(folder.resolve("l.csv"));
    assertOpenFails(keys, "l.csv: no such file or folder");
  }

  @Test
  void missingImagesAreNamedWhenTheyAreRead() {
    write("l.csv", "none.png,1");
    Dataset data = open("\"layout\": \"labels-csv\", \"images\": \"\", \"labels\": \"l.csv\"");
    assertThatThrownBy(() -> data.sample(0))
        .isInstanceOf(Fp8simException.class)
        .hasMessage(folder.resolve("none.png") + ": no such file or folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "+1", "1.5", "1e3", "9999999999"})
  void aFirstLineWithANumberThatIsNoClassIsNoHeading(String label) {
    write("l.csv", "a.png," + label + "\nb.png,1\n");
    assertOpenFails(
        "\"layout\": \"labels-csv\", \"images\": \"\", \"labels\": \"l.csv\"",
        "l.csv: line 1: \"" + label + "\" is not a class number");
  }

  @Test
  void impossibleFileNamesAreRefused() {
    assertOpenFails("\"layout\": \"npy\", \"images\": \"a\\u0000b\"", "is not a file name");
    write("l.csv", "a\0b,1");
    assertOpenFails(
        "\"layout\": \"labels-csv\", \"images\": \"\", \"labels\": \"l.csv\"",
        "is not a file name");
  }

  @Test
  void cifarBinary() throws IOException {
    byte[] file = new byte[2 * 3073];
    file[0] = 7;
    file[3073] = 1;
    file[3073 + 1] = (byte) 250;
    Files.write(folder.resolve("c.bin"), file);
    Dataset data = open("\"layout\": \"cifar-binary\", \"images\": \"c.bin\"");
    assertThat(labels(data)).containsExactly(7, 1);
    assertThat(data.sample(1).getFirst().shape()).isEqualTo(Shape.of(3, 32, 32));
    assertThat(data.sample(1).getFirst().toFloats()[0]).isEqualTo(250);
    Files.write(folder.resolve("c.bin"), Arrays.copyOf(file, 5000));
    assertOpenFails(
        "\"layout\": \"cifar-binary\", \"images\": \"c.bin\"",
        "c.bin: 5000 bytes are not a whole number of records of 3073 bytes");
  }

  @Test
  void recordsWithRangeAndCalibration() throws IOException {
    Files.write(folder.resolve("r.bin"), new byte[] {0, 1, -2, 1, 3, 4, 2, 5, 6});
    DatasetDescription description =
        load(
            """
            "layout": "records", "images": "r.bin", "record": {"type": "int8", "shape": [1, 2]},
            "preprocess": [{"multiply": 2}], "range": [1, 3], "calibration": {"range": [0, 1]}
            """);
    assertThat(labels(description.open(null))).containsExactly(1, 2);
    Tensor first = description.openCalibration(null).sample(0).getFirst();
    assertThat(first.shape()).isEqualTo(Shape.of(1, 2));
    assertThat(first.toFloats()).containsExactly(2, -4);
    assertOpenFails(
        "\"layout\": \"records\", \"images\": \"r.bin\", \"range\": [0, 4],"
            + " \"record\": {\"type\": \"int8\", \"shape\": [2]}",
        "range [0, 4) reaches beyond its 3 samples");
  }

  @Test
  void npyWithLabelsOrSeveralInputs() {
    Npy.write(folder.resolve("x.npy"), Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
    Npy.write(folder.resolve("ids.npy"), Tensor.ofLongs(Shape.of(2, 1), 101, 102));
    Npy.write(folder.resolve("y.npy"), Tensor.ofLongs(Shape.of(2), 1, 0));
    Npy.write(folder.resolve("one.npy"), Tensor.ofLongs(Shape.of(1), 1));
    Dataset one = open("\"layout\": \"npy\", \"images\": \"x.npy\", \"labels\": \"y.npy\"");
    assertThat(labels(one)).containsExactly(1, 0);
    assertThat(one.sample(1).getFirst().toFloats()).containsExactly(4, 5, 6);
    Dataset two =
        open("\"layout\": \"npy\", \"images\": {\"input_ids\": \"ids.npy\", \"x\": \"x.npy\"}");
    assertThat(two.inputNames()).containsExactly("input_ids", "x");
    assertThat(two.sample(1).getFirst().type()).isEqualTo(DataType.INT64);
    assertThatThrownBy(two::requireLabels).hasMessageStartingWith("dataset d has no labels");
    assertOpenFails(
        "\"layout\": \"npy\", \"images\": \"x.npy\", \"labels\": \"one.npy\"",
        "x.npy: has 2 samples, but there are 1 labels");
    assertOpenFails(
        "\"layout\": \"npy\", \"images\": \"x.npy\", \"labels\": \"x.npy\"",
        "labels must be one integer per sample, not FLOAT of shape 2x3");
    assertOpenFails(
        "\"layout\": \"npy\", \"images\": {\"a\": \"x.npy\", \"b\": \"one.npy\"}",
        "inputs of shapes 2x3 and 1 have different numbers of samples");
  }

  @Test
  void filesAreThoseThatIdentifyTheData() throws IOException {
    image("val/a.png");
    write("l.csv", "a.png,1");
    assertThat(
            load("\"layout\": \"labels-csv\", \"images\": \"val\", \"labels\": \"l.csv\"").files())
        .containsExactly(folder.resolve("l.csv"));
    assertThat(DatasetDescription.load("fashion-mnist", null).files()).isEmpty();
  }

  @Test
  void npzByArrayName() throws IOException {
    Files.copy(SampleFiles.file("npy/stored.npz"), folder.resolve("d.npz"));
    Dataset data =
        open(
            "\"layout\": \"npz\", \"file\": \"d.npz\", \"images\": \"x_test\","
                + " \"labels\": \"y_test\"");
    assertThat(labels(data)).containsExactly(1, 0);
    assertThat(data.sample(1).getFirst().shape()).isEqualTo(Shape.of(1, 3, 4));
  }

  @Test
  void theCardReplacesPreprocessingAndOffset() throws IOException {
    Files.write(folder.resolve("r.bin"), new byte[] {3, 100});
    DatasetDescription description =
        load(
            "\"layout\": \"records\", \"images\": \"r.bin\", \"preprocess\": [{\"divide\": 10}],"
                + " \"labelOffset\": 5, \"record\": {\"type\": \"uint8\", \"shape\": [1]}");
    ModelCard full = card("\"labelOffset\": 1, \"preprocess\": [{\"divide\": 50}]");
    assertThat(description.open(full).label(0)).isEqualTo(4);
    assertThat(description.open(full).sample(0).getFirst().toFloats()).containsExactly(2);
    ModelCard silent = card("\"output\": \"probabilities\"");
    assertThat(description.open(silent).label(0)).isEqualTo(8);
    assertThat(description.open(silent).sample(0).getFirst().toFloats()).containsExactly(10);
  }

  private static ModelCard card(String keys) {
    return ModelCard.of(
        JsonFields.parse("m.json", "{\"schema\": 1, \"model\": \"m.onnx\", " + keys + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"layout\": \"tar\" | \"layout\" is \"tar\"; known are image-folder, labels-csv",
        "\"layout\": \"idx\" | \"images\" is missing",
        "\"layout\": \"idx\", \"images\": 5 | \"images\" must be a string",
        "\"layout\": \"idx\", \"images\": \"x\", \"imges\": 1 | unknown key \"imges\"",
        "\"layout\": \"idx\", \"images\": \"x\", \"classes\": 0 | \"classes\" must be an integer",
        "\"layout\": \"idx\", \"images\": \"x\", \"file\": \"y\" | \"file\" does not belong to",
        "\"layout\": \"idx\", \"images\": \"x\", \"record\": {} | \"record\" does not belong to",
        "\"layout\": \"idx\", \"images\": \"x\", \"range\": [5, 5] | \"range\" must be [from, to)",
        "\"layout\": \"idx\", \"images\": \"x\", \"calibration\": {\"clases\": 1} |"
            + " \"calibration.clases\"",
        "\"layout\": \"labels-csv\", \"images\": \"x\" | \"labels\" is missing",
        "\"layout\": \"records\", \"images\": \"x\" | \"record\" is missing",
        "\"layout\": \"npz\", \"images\": \"x\" | \"file\" is missing",
        "\"layout\": \"image-folder\", \"images\": \"x\", \"classOrder\": 1 | \"classOrder\" must",
      })
  void badDescriptionsNameFileAndKey(String keys, String message) {
    assertThatThrownBy(() -> load(keys))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith(folder.resolve("d.json") + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void sharedPhotographsAreDecoded() {
    Path root = SharedFiles.require("data/imagenet-like");
    Dataset data = DatasetDescription.load("imagenet-like", root).open(null);
    assertThat(data.size()).isEqualTo(1000);
    assertThat(data.sample(999).getFirst().shape()).isEqualTo(Shape.of(3, 224, 224));
    Dataset calibration = DatasetDescription.load("imagenet-like", root).openCalibration(null);
    assertThat(calibration.size()).isEqualTo(100);
  }

  private static int[] labels(Dataset data) {
    return IntStream.range(0, data.size()).map(data::label).toArray();
  }

  private void image(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.copy(SampleFiles.file("images/rgb.png"), file);
  }

  private void assertOpenFails(String keys, String message) {
    assertThatThrownBy(() -> open(keys))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining(message);
  }

  private Dataset open(String keys) {
    return load(keys).open(null);
  }

  private DatasetDescription load(String keys) {
    write("d.json", "{\"schema\": 1, \"name\": \"d\", " + keys + "}");
    return DatasetDescription.load(folder.resolve("d.json").toString(), null);
  }

  private void write(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
