package fp8sim.cli.option;

import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.FilePaths;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.UserPath;
import fp8sim.experiment.CostTable;
import fp8sim.experiment.PlanFile;
import fp8sim.experiment.SweepPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options of a sweep, and those of its points, which are the options of {@code eval}. */
public final class SweepOptions {
  public static final CliOption PLAN =
      CliOption.value(
              "plan",
              "PLAN.json",
              "a plan's file, or a bundled one: study-grid, overview, multipliers")
          .mandatory();
  public static final CliOption OUTPUT =
      CliOption.outputFolder("output", "where points and results are kept").mandatory();
  public static final CliOption SHARD =
      CliOption.value("shard", "i/n", "run only the i-th of n parts; 'merge' joins them");
  public static final CliOption COST =
      CliOption.value("cost", "FILE", "costs of multipliers and accumulators, by name");

  public static final OptionSection SECTION = OptionSection.of("Sweep", PLAN, OUTPUT, SHARD, COST);

  /** What a plan may set; on the command line they win over the plan. */
  public static final List<OptionSection> POINT =
      List.of(
          ModelOptions.SECTION,
          DataOptions.SECTION,
          NumericsOptions.SECTION,
          CalibrationOptions.SECTION,
          RuntimeOptions.SECTION);

  private SweepOptions() {}

  /** The options of a point for a command that takes some of them from elsewhere. */
  public static List<OptionSection> optionalPoint() {
    List<OptionSection> sections = new ArrayList<>();
    for (OptionSection section : POINT) {
      sections.add(
          new OptionSection(
              section.title(), section.options().stream().map(CliOption::optional).toList()));
    }
    return sections;
  }

  /** The plan of that name or file. */
  public static SweepPlan plan(String nameOrFile) {
    SweepPlan plan = PlanFile.read(nameOrFile);
    FilePaths paths = FilePaths.from(UserPath.of("--plan", nameOrFile));
    Map<String, CliOption> options = new HashMap<>();
    POINT.forEach(section -> section.options().forEach(o -> options.put(o.name(), o)));
    return plan.mapped(
        (name, value) -> {
          CliOption option = options.get(name);
          return option == null ? value : paths.json(option, value);
        });
  }

  public static @Nullable CostTable costs(Invocation invocation) {
    return invocation
        .arguments()
        .findPath(COST.name())
        .map(
            file -> {
              invocation.result().addInput(file);
              return CostTable.read(file);
            })
        .orElse(null);
  }
}
