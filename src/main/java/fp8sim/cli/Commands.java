package fp8sim.cli;

import java.util.List;

/** The subcommands, in the order of the overview. */
final class Commands {
  static final List<Command> ALL =
      List.of(
          new DemoCommand(),
          new RunCommand(),
          new EvalCommand(),
          new CalibrateCommand(),
          new SweepCommand(),
          new MergeCommand(),
          new AnalyzeCommand(),
          new QuantizeCommand(),
          new FormatErrorCommand(),
          new InspectCommand(),
          new VerifyCommand(),
          new MatmulCommand(),
          new MultiplierCommand(),
          new BenchCommand(),
          new DevicesCommand());

  private Commands() {}
}
