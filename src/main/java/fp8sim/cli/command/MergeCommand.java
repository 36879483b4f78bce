package fp8sim.cli.command;

import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.option.SavedMultipliers;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import fp8sim.experiment.PlanFile;
import fp8sim.experiment.ResultSet;
import fp8sim.experiment.SweepFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code merge}: the parts of a sweep that ran on several machines, joined. */
public final class MergeCommand implements Command {
  private static final CliOption OUTPUT =
      CliOption.outputFolder("output", "where the joined results go").mandatory();

  @Override
  public String name() {
    return "merge";
  }

  @Override
  public String summary() {
    return "join the parts of a sweep that ran with --shard";
  }

  @Override
  public String operands() {
    return "DIR...";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(OptionSection.of("Output", OUTPUT));
  }

  @Override
  public List<String> examples() {
    return List.of("fp8sim merge part1 part2 part3 --output grid");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    List<String> folders = invocation.arguments().operands();
    if (folders.isEmpty()) {
      throw Fp8simException.usage("merge: name the folders of the parts");
    }
    Path output = invocation.arguments().path(OUTPUT.name());
    SweepReport.checkOutputs(invocation.arguments(), output);
    List<ResultSet> parts = new ArrayList<>();
    for (String folder : folders) {
      parts.add(ResultSet.read(UserPath.of(name(), folder)));
    }
    int points = PlanFile.read(folders.getFirst(), parts.getFirst().plan()).combinations().size();
    ResultSet results = ResultSet.merge(parts, points);
    try (SweepFolder folder = SweepFolder.open(output)) {
      SavedMultipliers multipliers = new SavedMultipliers();
      SweepReport.write(
          invocation, results, point -> multipliers.of(point.configuration()), folder, output);
      return SweepReport.print(invocation, results, output);
    }
  }
}
