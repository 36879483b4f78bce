package fp8sim.engine;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** BERT's uncased tokenizer: words without accents, then the longest known pieces of each. */
final class WordPiece {
  private static final int LONGEST_WORD = 100;

  private final Map<String, Long> vocabulary = new HashMap<>();

  /**
   * @param tokenizer a {@code tokenizer.json} of Hugging Face with a WordPiece model
   */
  WordPiece(JsonObject tokenizer) {
    JsonObject entries = tokenizer.getAsJsonObject("model").getAsJsonObject("vocab");
    for (Map.Entry<String, JsonElement> entry : entries.entrySet()) {
      vocabulary.put(entry.getKey(), entry.getValue().getAsLong());
    }
  }

  /** The ids of a text's pieces between those of {@code [CLS]} and {@code [SEP]}. */
  List<Long> encode(String text) {
    List<Long> ids = new ArrayList<>();
    ids.add(vocabulary.get("[CLS]"));
    String plain =
        Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD)
            .replaceAll("\\p{Mn}", "")
            .replaceAll("([\\p{Punct}\\p{P}\\p{IsHan}])", " $1 ");
    for (String word : plain.strip().split("\\s+", 0)) {
      ids.addAll(pieces(word));
    }
    ids.add(vocabulary.get("[SEP]"));
    return ids;
  }

  private List<Long> pieces(String word) {
    List<Long> ids = new ArrayList<>();
    int from = 0;
    while (from < word.length()) {
      int to = word.length();
      Long id = piece(word, from, to);
      while (id == null && to > from + 1) {
        id = piece(word, from, --to);
      }
      if (id == null || word.length() > LONGEST_WORD) {
        return List.of(vocabulary.get("[UNK]"));
      }
      ids.add(id);
      from = to;
    }
    return ids;
  }

  private @Nullable Long piece(String word, int from, int to) {
    return vocabulary.get((from == 0 ? "" : "##") + word.substring(from, to));
  }
}
