package fp8sim.data.source;

import java.util.Locale;
import java.util.Set;

/** How a dataset is stored; each layout has its keys in a description. */
public enum Layout {
  IMAGE_FOLDER("images", "classOrder"),
  LABELS_CSV("images", "labels"),
  CIFAR_BINARY("images"),
  IDX("images", "labels"),
  NPY("images", "labels"),
  NPZ("file", "images", "labels"),
  RECORDS("images", "record"),
  TOKENS("file", "tokens", "labels");

  private final Set<String> keys;

  Layout(String... keys) {
    this.keys = Set.of(keys);
  }

  /** Whether a description of this layout may have {@code key}, one of those listed here. */
  public boolean has(String key) {
    return keys.contains(key);
  }

  public String spelling() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
