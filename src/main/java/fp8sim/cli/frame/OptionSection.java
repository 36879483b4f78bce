package fp8sim.cli.frame;

import java.util.List;

/** Options that the help shows together, such as everything about numerics. */
public record OptionSection(String title, List<CliOption> options) {
  public OptionSection {
    options = List.copyOf(options);
  }

  public static OptionSection of(String title, CliOption... options) {
    return new OptionSection(title, List.of(options));
  }
}
