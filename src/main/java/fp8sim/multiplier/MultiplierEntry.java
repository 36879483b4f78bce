package fp8sim.multiplier;

import java.util.function.Function;

/** One line of the list of product models: what help shows, and how a specification is read. */
public final class MultiplierEntry {
  private final String name;
  private final String options;
  private final String summary;
  private final Function<MultiplierOptions, Multiplier> reader;
  private final Help help;

  /**
   * What help shows besides options and summary.
   *
   * @param formula the product of operands {@code (1 + x/n) 2^i} and {@code (1 + y/n) 2^j}, or of
   *     what the model multiplies
   * @param source the publication, or where it comes from
   * @param example a whole specification
   */
  public record Help(String formula, String source, String example) {}

  /**
   * An entry of the list of multipliers.
   *
   * @param options keys with their values, the default first
   */
  public MultiplierEntry(
      String name,
      String options,
      String summary,
      Help help,
      Function<MultiplierOptions, Multiplier> reader) {
    this.help = help;
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

  /** Formula, source and example. */
  public Help help() {
    return help;
  }

  public Multiplier read(String optionText) {
    MultiplierOptions parsed = MultiplierOptions.parse(name, optionText);
    Multiplier model = reader.apply(parsed);
    parsed.requireAllRead(options);
    return model;
  }
}
