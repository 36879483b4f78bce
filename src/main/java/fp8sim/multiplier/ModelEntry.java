package fp8sim.multiplier;

import java.util.function.Function;

/** One line of the list of product models: what help shows, and how a specification is read. */
public final class ModelEntry {
  private final String name;
  private final String options;
  private final String summary;
  private final Function<ModelOptions, ProductModel> reader;

  ModelEntry(
      String name, String options, String summary, Function<ModelOptions, ProductModel> reader) {
    this.name = name;
    this.options = options;
    this.summary = summary;
    this.reader = reader;
  }

  /** What a specification starts with. */
  public String name() {
    return name;
  }

  /** The keys and their values; empty if there are none. */
  public String options() {
    return options;
  }

  /** One line for help. */
  public String summary() {
    return summary;
  }

  ProductModel read(String optionText) {
    ModelOptions parsed = ModelOptions.parse(name, optionText);
    ProductModel model = reader.apply(parsed);
    parsed.requireAllRead(options);
    return model;
  }
}
