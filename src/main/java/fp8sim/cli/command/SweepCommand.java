package fp8sim.cli.command;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.option.SweepOptions;
import fp8sim.common.ExitCode;
import fp8sim.experiment.CostTable;
import fp8sim.experiment.ResultSet;
import fp8sim.experiment.Shard;
import fp8sim.experiment.SweepFolder;
import fp8sim.experiment.SweepPlan;
import fp8sim.experiment.SweepRun;
import fp8sim.report.ShownMultiplier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code sweep}: a grid of configurations, kept point by point. */
public final class SweepCommand implements Command {
  @Override
  public String name() {
    return "sweep";
  }

  @Override
  public String summary() {
    return "score a grid of configurations; killed and run again, it goes on where it was";
  }

  @Override
  public List<OptionSection> options() {
    List<OptionSection> sections = new ArrayList<>();
    sections.add(SweepOptions.SECTION);
    sections.addAll(SweepOptions.optionalPoint());
    return sections;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim sweep --plan study-grid --output grid",
        "fp8sim sweep --plan study-grid --output grid --model net.onnx --data imagenet-like"
            + " --data-root FOLDER --limit 200",
        "fp8sim sweep --plan plan.json --output part2 --shard 2/8 --cost area.json");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Path output = arguments.path(SweepOptions.OUTPUT.name());
    SweepReport.checkOutputs(arguments, output);
    SweepPlan plan =
        SweepOptions.plan(arguments.get(SweepOptions.PLAN.name()))
            .with(arguments.given(SweepOptions.POINT));
    Shard shard = arguments.find(SweepOptions.SHARD.name()).map(Shard::parse).orElse(Shard.ALL);
    @Nullable CostTable costs = SweepOptions.costs(invocation);
    try (SweepFolder folder = SweepFolder.open(output)) {
      SweepRun run = SweepReport.sweep(invocation, plan, shard, costs);
      ResultSet results = run.run(folder);
      SweepReport.write(
          invocation, results, point -> ShownMultiplier.of(run.numerics(point)), folder, output);
      return SweepReport.print(invocation, results, output);
    }
  }
}
