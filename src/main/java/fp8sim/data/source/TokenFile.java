package fp8sim.data.source;

import fp8sim.common.FileProblems;
import fp8sim.common.JsonFields;
import fp8sim.npy.Npz;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Files of the layout {@code tokens}: JSON Lines (a JSON object for each sequence, {@code .jsonl},
 * gzipped or not) or NPZ (arrays of sequences of one length, or of one stream).
 */
final class TokenFile {
  private final DataRoot root;
  private final DataPart part;
  private final String file;

  TokenFile(DataRoot root, DataPart part) {
    this.root = root;
    this.part = part;
    this.file = Objects.requireNonNull(part.file());
  }

  /** All sequences with their labels. */
  TokenSource read(TokenFormat format) {
    List<TokenSequence> sequences;
    if (file.endsWith(".npz")) {
      sequences = arrays(format);
    } else if (file.endsWith(".jsonl") || file.endsWith(".jsonl.gz")) {
      sequences = lines(format);
    } else {
      throw FileProblems.bad(name(), "token ids are read from .npz, .jsonl or .jsonl.gz files");
    }
    return TokenSource.of(name(), List.copyOf(part.images().keySet()), format, sequences);
  }

  private String name() {
    return root.describe(file);
  }

  private List<TokenSequence> lines(TokenFormat format) {
    List<TokenSequence> sequences = new ArrayList<>();
    try (InputStream raw = root.open(file);
        InputStream in = file.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader text =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
      int number = 0;
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        number++;
        if (!line.isBlank()) {
          sequences.add(sequence(JsonFields.parse(name() + ", line " + number, line), format));
        }
      }
    } catch (CharacterCodingException e) {
      throw FileProblems.bad(name(), "not UTF-8 text", e);
    } catch (IOException e) {
      throw FileProblems.unreadable(name(), e);
    }
    return sequences;
  }

  private TokenSequence sequence(JsonFields line, TokenFormat format) {
    List<int[]> inputs = new ArrayList<>();
    for (String key : part.images().values()) {
      inputs.add(line.integers(key, 0, Integer.MAX_VALUE));
    }
    String key = part.labels();
    if (key == null) {
      return new TokenSequence(inputs, new int[0]);
    }
    int[] labels =
        line.isArray(key)
            ? line.integers(key, Integer.MIN_VALUE, Integer.MAX_VALUE)
            : new int[] {line.integer(key, Integer.MIN_VALUE, Integer.MAX_VALUE)};
    return new TokenSequence(inputs, scored(labels, format));
  }

  private static int[] scored(int[] labels, TokenFormat format) {
    return format.task().isPerToken()
        ? IntStream.of(labels)
            .map(label -> label == format.ignore() ? SampleSource.NO_LABEL : label)
            .toArray()
        : labels;
  }

  private List<TokenSequence> arrays(TokenFormat format) {
    List<List<int[]>> inputs = new ArrayList<>();
    for (String array : part.images().values()) {
      inputs.add(rows(array, 0));
    }
    String key = part.labels();
    List<int[]> labels = key == null ? null : labelRows(key, format);
    int samples = inputs.getFirst().size();
    for (List<int[]> rows : inputs) {
      if (rows.size() != samples || (labels != null && labels.size() != samples)) {
        throw FileProblems.bad(name(), "inputs and labels have different numbers of sequences");
      }
    }
    List<TokenSequence> sequences = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      int index = i;
      sequences.add(
          new TokenSequence(
              inputs.stream().map(rows -> rows.get(index)).toList(),
              labels == null ? new int[0] : scored(labels.get(i), format)));
    }
    return sequences;
  }

  /** One class for each sequence where the array has one axis, else one for each token. */
  private List<int[]> labelRows(String array, TokenFormat format) {
    boolean perToken = format.task().isPerToken();
    List<int[]> rows = rows(array, Integer.MIN_VALUE);
    return perToken || rows.size() != 1
        ? rows
        : IntStream.of(rows.getFirst()).mapToObj(label -> new int[] {label}).toList();
  }

  private List<int[]> rows(String array, int least) {
    Tensor tensor = read(array);
    Shape shape = tensor.shape();
    if (!tensor.type().isInteger() || shape.rank() < 1 || shape.rank() > 2) {
      throw FileProblems.bad(
          name(),
          "array \"%s\" must be integers, [sequences, tokens] or one stream, not %s of shape %s"
              .formatted(array, tensor.type(), shape));
    }
    int width = shape.dim(-1);
    int count = shape.rank() == 1 ? 1 : shape.dim(0);
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      rows.add(row(tensor, row * width, width, least, array));
    }
    return rows;
  }

  private int[] row(Tensor tensor, int from, int width, int least, String array) {
    int[] row = new int[width];
    for (int i = 0; i < width; i++) {
      long value = Conversion.integer(tensor, from + i);
      if (value != (int) value || value < least) {
        throw FileProblems.bad(
            name(), "array \"%s\" holds %d, which is no id".formatted(array, value));
      }
      row[i] = (int) value;
    }
    return row;
  }

  private Tensor read(String array) {
    if (root instanceof DataRoot.Folder) {
      return Npz.read(root.path(file), array);
    }
    try (InputStream in = root.open(file)) {
      return Npz.read(in, name(), array);
    } catch (IOException e) {
      throw FileProblems.unreadable(name(), e);
    }
  }
}
