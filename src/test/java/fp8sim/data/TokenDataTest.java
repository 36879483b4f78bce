package fp8sim.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.npy.Npy;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datasets of token ids. */
class TokenDataTest {
  private static final String LINES =
      """
      {"input_ids": [5, 6, 7], "label": 1, "text": "not read"}

      {"input_ids": [8], "label": 0}
      {"input_ids": [9, 10, 11, 12, 13], "label": 2}
      """;

  @TempDir Path folder;

  private Dataset open(String keys) throws IOException {
    Path file = folder.resolve("d.json");
    Files.writeString(
        file, "{\"schema\": 1, \"name\": \"d\", \"layout\": \"tokens\", " + keys + "}");
    return DatasetDescription.load(file.toString(), null).open(null);
  }

  private Dataset openLines(String keys) throws IOException {
    Files.writeString(folder.resolve("t.jsonl"), LINES);
    return open("\"file\": \"t.jsonl\"" + keys);
  }

  private static List<Batch> batches(Dataset dataset, Batching batching) {
    List<Batch> batches = new ArrayList<>();
    try (BatchLoader loader = dataset.loader(batching, 2)) {
      loader.forEachRemaining(batches::add);
    }
    return batches;
  }

  private static long[] longs(Batch batch, String input) {
    return batch.inputs().get(input).data().toArray(Tensor.LONG);
  }

  @Test
  void sequencesAreFilledUpAndMasked() throws IOException {
    Dataset dataset = openLines(", \"labels\": \"label\", \"classes\": 3, \"padId\": 4");
    Batch batch = batches(dataset, new Batching(2, 0, false)).getFirst();
    assertThat(batch.inputs())
        .containsOnlyKeys("input_ids", "attention_mask", "token_type_ids", "position_ids");
    assertThat(batch.inputs().get("input_ids").shape()).isEqualTo(Shape.of(2, 3));
    assertThat(longs(batch, "input_ids")).containsExactly(5, 6, 7, 8, 4, 4);
    assertThat(longs(batch, "attention_mask")).containsExactly(1, 1, 1, 1, 0, 0);
    assertThat(longs(batch, "token_type_ids")).containsOnly(0);
    assertThat(longs(batch, "position_ids")).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(batch.lengths()).containsExactly(3, 1);
    assertThat(batch.labels()).isDeepEqualTo(new int[][] {{1}, {0}});
  }

  /** Lengths of the three batches of one sequence each: 3, 1 and 5 tokens. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1 | 3 1 5", "4 | 4 4 8", "[2, 3, 6] | 3 2 6", "[5] | 5 5 5"})
  void lengthsAreRoundedUp(String lengths, String expected) throws IOException {
    Dataset dataset = openLines(", \"lengths\": " + lengths);
    String found = "";
    for (Batch batch : batches(dataset, new Batching(1, 0, false))) {
      found += batch.inputs().get("input_ids").shape().dim(1) + " ";
    }
    assertThat(found.strip()).isEqualTo(expected);
  }

  @Test
  void theModelsLengthTakesPrecedence() throws IOException {
    Batching seven = new Batching(3, 7, true);
    Dataset dataset = openLines(", \"lengths\": 4");
    assertThat(batches(dataset, seven).getFirst().inputs().get("input_ids").shape().dim(1))
        .isEqualTo(7);
    assertThatThrownBy(() -> batches(dataset, new Batching(3, 4, false)))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("t.jsonl (sequence 2): has 5 tokens, but the model takes 4")
        .hasMessageContaining("\"maxLength\": 4");
    Dataset cut = openLines(", \"maxLength\": 4, \"labels\": \"label\"");
    Batch last = batches(cut, new Batching(1, 4, false)).getLast();
    assertThat(longs(last, "input_ids")).containsExactly(9, 10, 11, 12);
    assertThat(last.labels()).isDeepEqualTo(new int[][] {{2}});
  }

  @Test
  void inOrderOfLengthAndWithoutPadding() throws IOException {
    Files.writeString(
        folder.resolve("t.jsonl"),
        """
        {"input_ids": [1, 1]}
        {"input_ids": [2]}
        {"input_ids": [3, 3]}
        {"input_ids": [4, 4]}
        """);
    Dataset dataset = open("\"file\": \"t.jsonl\"").byLength();
    assertThat(List.of(dataset.position(0), dataset.position(1), dataset.position(3)))
        .containsExactly(1, 0, 3);
    List<Batch> batches = batches(dataset, new Batching(2, 0, true));
    assertThat(batches).extracting(Batch::first).containsExactly(0, 1, 3);
    assertThat(longs(batches.get(1), "input_ids")).containsExactly(1, 1, 3, 3);
    assertThat(dataset.isUnlabelled()).isTrue();
  }

  @Test
  void npzGivesWhatLinesGive() throws IOException {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("ids", Tensor.ofLongs(Shape.of(2, 3), 5, 6, 7, 8, 9, 10));
    arrays.put("mask", Tensor.ofLongs(Shape.of(2, 3), 1, 1, 0, 1, 1, 1));
    arrays.put("y", Tensor.ofLongs(Shape.of(2), 1, 0));
    arrays.put("tags", Tensor.ofLongs(Shape.of(2, 3), 1, -100, 0, 2, 2, -100));
    npz("t.npz", arrays);
    String inputs =
        "\"file\": \"t.npz\", \"tokens\": {\"input_ids\": \"ids\", \"attention_mask\": \"mask\"}";
    Batch batch =
        batches(open(inputs + ", \"labels\": \"y\""), new Batching(2, 0, false)).getFirst();
    assertThat(longs(batch, "input_ids")).containsExactly(5, 6, 7, 8, 9, 10);
    assertThat(longs(batch, "attention_mask")).containsExactly(1, 1, 0, 1, 1, 1);
    assertThat(batch.labels()).isDeepEqualTo(new int[][] {{1}, {0}});
    Dataset tagged = open(inputs + ", \"labels\": \"tags\", \"task\": \"token-classification\"");
    assertThat(tagged.labels(0)).containsExactly(1, Dataset.NO_LABEL, 0);
    assertThat(tagged.labels(1)).containsExactly(2, 2, Dataset.NO_LABEL);
    assertThat(tagged.largestLabel()).isEqualTo(2);
  }

  private void npz(String name, Map<String, Tensor> arrays) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
        Path npy = folder.resolve("array.npy");
        Npy.write(npy, array.getValue());
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(Files.readAllBytes(npy));
      }
    }
  }

  @Test
  void linesMayBeGzipped() throws IOException {
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("t.jsonl.gz")))) {
      out.write(LINES.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(open("\"file\": \"t.jsonl.gz\", \"labels\": \"label\"").largestLabel()).isEqualTo(2);
  }

  /** Every token but the first is scored once, and read with as many before it as there are. */
  @ParameterizedTest
  @CsvSource({
    "11, 4, 4, 3",
    "11, 4, 1, 7",
    "11, 4, 2, 4",
    "11, 4, 3, 3",
    "5, 4, 2, 1",
    "6, 4, 2, 2",
    "2, 4, 4, 1",
    "11, 10, 10, 1",
    "11, 20, 3, 1"
  })
  void windowsScoreEveryTokenOnce(int tokens, int window, int stride, int count)
      throws IOException {
    StringBuilder ids = new StringBuilder("10");
    for (int i = 1; i < tokens; i++) {
      ids.append(", ").append(10 + i);
    }
    Files.writeString(folder.resolve("t.jsonl"), "{\"input_ids\": [" + ids + "]}");
    Dataset dataset =
        open(
            "\"file\": \"t.jsonl\", \"task\": \"causal-lm\", \"window\": %d, \"stride\": %d"
                .formatted(window, stride));
    assertThat(dataset.size()).isEqualTo(count);
    Map<Integer, Integer> contexts = new TreeMap<>();
    for (int i = 0; i < dataset.size(); i++) {
      long[] read = dataset.sample(i).getFirst().data().toArray(Tensor.LONG);
      int[] labels = dataset.labels(i);
      assertThat(read[0]).isEqualTo(10L + (long) i * stride);
      assertThat(read).hasSizeLessThanOrEqualTo(window).hasSameSizeAs(labels);
      for (int j = 0; j < labels.length; j++) {
        if (labels[j] != Dataset.NO_LABEL) {
          assertThat((long) labels[j]).isEqualTo(read[j] + 1);
          assertThat(contexts.put(labels[j], j + 1)).isNull();
        }
      }
    }
    assertThat(contexts).hasSize(tokens - 1);
    contexts.forEach(
        (token, context) ->
            assertThat(context).isGreaterThanOrEqualTo(Math.min(token - 10, window - stride + 1)));
  }

  @Test
  void withoutAWindowSequencesAreWhole() throws IOException {
    Dataset dataset = openLines(", \"task\": \"causal-lm\"");
    // Of a sequence of one token there is nothing to predict.
    assertThat(dataset.size()).isEqualTo(2);
    assertThat(dataset.labels(0)).containsExactly(6, 7);
    assertThat(dataset.sample(0).getFirst().data().toArray(Tensor.LONG)).containsExactly(5, 6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"preprocess\": [] | \"preprocess\" does not belong to layout \"tokens\"",
        "\"images\": \"x\" | unknown key \"images\"",
        "\"window\": 4 | \"window\" belongs to task \"causal-lm\"",
        "\"task\": \"causal-lm\", \"stride\": 2 | \"stride\" needs \"window\"",
        "\"task\": \"causal-lm\", \"window\": 4, \"stride\": 5 | an integer from 1 to 4",
        "\"task\": \"causal-lm\", \"labels\": \"label\" | \"labels\" does not belong to task",
        "\"task\": \"translation\" | known are classification, token-classification, causal-lm",
        "\"lengths\": [4, 4] | \"lengths\" must be a number, or an ascending list",
        "\"lengths\": [2, 4] | (sequence 2): has 5 tokens, more than the largest of \"lengths\""
            + " (4)",
        "\"labels\": \"label\", \"classes\": 2 | (sequence 2): class 2 is outside 0..1",
        "\"labels\": \"none\" | t.jsonl, line 1: \"none\" is missing",
        "\"tokens\": \"text\" | t.jsonl, line 1: \"text\" must be an array of integers",
        "\"labels\": \"input_ids\" | sequence 0 has 3 labels for one sample",
        "\"labels\": \"label\", \"task\": \"token-classification\" | has 1 labels for 3 tokens",
      })
  void mistakesAreOneLine(String keys, String message) {
    assertThatThrownBy(() -> openLines(", " + keys))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining(message);
  }

  @Test
  void badFilesAreOneLine() throws IOException {
    Files.writeString(folder.resolve("t.txt"), "words");
    assertThatThrownBy(() -> open("\"file\": \"t.txt\""))
        .hasMessageContaining("token ids are read from .npz, .jsonl or .jsonl.gz files");
    Files.writeString(folder.resolve("t.jsonl"), "{\"input_ids\": []}");
    assertThatThrownBy(() -> open("\"file\": \"t.jsonl\""))
        .hasMessageContaining("sequence 0 has no tokens");
    Files.writeString(folder.resolve("t.jsonl"), "{\"input_ids\": [-1]}");
    assertThatThrownBy(() -> open("\"file\": \"t.jsonl\""))
        .hasMessageContaining("t.jsonl, line 1: \"input_ids[0]\" must be an integer from 0");
    Files.writeString(folder.resolve("t.jsonl"), "{\"input_ids\": [1]}\n{\"input_ids\": [1");
    assertThatThrownBy(() -> open("\"file\": \"t.jsonl\""))
        .hasMessageContaining("line 2: not JSON");
    Files.writeString(folder.resolve("t.jsonl"), "");
    assertThatThrownBy(() -> open("\"file\": \"t.jsonl\"")).hasMessageContaining("d is empty");
    npz("t.npz", Map.of("input_ids", Tensor.ofFloats(Shape.of(2), 1, 2)));
    assertThatThrownBy(() -> open("\"file\": \"t.npz\""))
        .hasMessageContaining("array \"input_ids\" must be integers, [sequences, tokens]");
    npz("t.npz", Map.of("input_ids", Tensor.ofLongs(Shape.of(2), 1, -2)));
    assertThatThrownBy(() -> open("\"file\": \"t.npz\""))
        .hasMessageContaining("array \"input_ids\" holds -2, which is no id");
    Path file = folder.resolve("i.json");
    Files.writeString(
        file,
        "{\"schema\": 1, \"name\": \"d\", \"layout\": \"npz\", \"file\": \"t.npz\","
            + " \"images\": \"x\", \"window\": 3}");
    assertThatThrownBy(() -> DatasetDescription.load(file.toString(), null))
        .hasMessageContaining("\"window\" does not belong to layout \"npz\"");
  }
}
