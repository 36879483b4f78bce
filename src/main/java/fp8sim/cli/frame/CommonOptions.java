package fp8sim.cli.frame;

/** The options of every command. They steer one call and are no part of its configuration. */
public final class CommonOptions {
  public static final CliOption CONFIG =
      CliOption.value("config", "FILE", "read options from a JSON file; options given here win");
  public static final CliOption JSON =
      CliOption.outputFile(
          "json", "FILE", "write the result as JSON ('-': to standard output, as for all files)");
  public static final CliOption ALLOW_SOURCE =
      CliOption.flag(
          "allow-source",
          "run source: multipliers that a configuration or plan names, not only those given here");
  static final CliOption STACK_TRACE =
      CliOption.flag("stack-trace", "show where in the program an error arose");
  public static final CliOption HELP = CliOption.flag("help", "show this help");

  public static final OptionSection SECTION =
      OptionSection.of("Common options", CONFIG, ALLOW_SOURCE, JSON, STACK_TRACE, HELP);

  private CommonOptions() {}

  public static boolean isControl(CliOption option) {
    return SECTION.options().contains(option);
  }
}
