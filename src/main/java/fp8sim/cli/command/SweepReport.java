package fp8sim.cli.command;

import com.google.gson.JsonObject;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.Failure;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OutputOptions;
import fp8sim.cli.frame.SourcePermission;
import fp8sim.cli.frame.TextTable;
import fp8sim.cli.option.PointOptionReader;
import fp8sim.common.ExitCode;
import fp8sim.common.OutputFile;
import fp8sim.experiment.CostTable;
import fp8sim.experiment.Point;
import fp8sim.experiment.ResultSet;
import fp8sim.experiment.ResultTable;
import fp8sim.experiment.Shard;
import fp8sim.experiment.SweepFolder;
import fp8sim.experiment.SweepMonitor;
import fp8sim.experiment.SweepPlan;
import fp8sim.experiment.SweepRun;
import fp8sim.report.ShownMultiplier;
import fp8sim.report.SweepPage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a sweep leaves behind: files, a table on the console, the machine-readable result. */
final class SweepReport {
  private static final String PAGE = "report.html";

  private SweepReport() {}

  /** Fails now if the result files could not be written later, or another option names one. */
  static void checkOutputs(Arguments arguments, Path output) {
    Map<String, Path> files = new LinkedHashMap<>();
    ResultSet.FILES.forEach(name -> files.put("the sweep's " + name, output.resolve(name)));
    files.put("the sweep's " + PAGE, output.resolve(PAGE));
    OutputOptions.check(arguments, files);
  }

  /** A sweep whose points are read as this call is, and that tells what happens on its console. */
  static SweepRun sweep(
      Invocation invocation, SweepPlan plan, Shard shard, @Nullable CostTable costs) {
    SweepMonitor monitor =
        new SweepMonitor(
            invocation::note,
            line -> invocation.err().println(line),
            problem -> Failure.of(problem).message(),
            invocation.progress());
    SourcePermission permission = SourcePermission.of(invocation.arguments());
    return new SweepRun(plan, shard, costs, new PointOptionReader(permission), monitor);
  }

  /**
   * Writes all result files.
   *
   * @param multipliers of all points, for the page
   */
  static void write(
      Invocation invocation,
      ResultSet results,
      Function<Point, ShownMultiplier> multipliers,
      SweepFolder folder,
      Path output) {
    results.write(folder);
    OutputFile.write(folder.file(PAGE), new SweepPage(results, multipliers).html());
    JsonObject json = results.toJson();
    invocation.result().put("points", json.get("points"));
    invocation.result().put("output", output.toString());
  }

  /** Prints the table and says how the sweep ended. */
  static ExitCode print(Invocation invocation, ResultSet results, Path output) {
    invocation.out().print(table(new ResultTable(results)));
    invocation
        .out()
        .printf("%d points; report: %s%n", results.results().size(), output.resolve(PAGE));
    return exitCode(invocation, results);
  }

  /** Success, or 6 if points failed, which is said. */
  static ExitCode exitCode(Invocation invocation, ResultSet results) {
    long failed = results.results().stream().filter(result -> !result.isFinished()).count();
    int all = results.results().size();
    if (failed == 0) {
      return ExitCode.SUCCESS;
    }
    invocation
        .err()
        .printf("%d of %d points failed; run the same command again to retry them%n", failed, all);
    return ExitCode.SWEEP;
  }

  private static TextTable table(ResultTable results) {
    TextTable table = new TextTable(results.header().toArray(String[]::new));
    results.rows().forEach(row -> table.row(row.toArray(String[]::new)));
    int columns = results.header().size();
    return table.alignRight(
        IntStream.range(results.axes(), columns).boxed().toArray(Integer[]::new));
  }
}
