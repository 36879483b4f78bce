package fp8sim.cli;

import fp8sim.cli.command.AnalyzeCommand;
import fp8sim.cli.command.BenchCommand;
import fp8sim.cli.command.CalibrateCommand;
import fp8sim.cli.command.DemoCommand;
import fp8sim.cli.command.DevicesCommand;
import fp8sim.cli.command.EvalCommand;
import fp8sim.cli.command.ExportCommand;
import fp8sim.cli.command.FormatErrorCommand;
import fp8sim.cli.command.InspectCommand;
import fp8sim.cli.command.MatmulCommand;
import fp8sim.cli.command.MergeCommand;
import fp8sim.cli.command.MultiplierCommand;
import fp8sim.cli.command.QuantizeCommand;
import fp8sim.cli.command.RunCommand;
import fp8sim.cli.command.SweepCommand;
import fp8sim.cli.command.VerifyCommand;
import fp8sim.cli.frame.Command;
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
          new ExportCommand(),
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
