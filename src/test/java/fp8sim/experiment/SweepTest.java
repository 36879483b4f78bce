package fp8sim.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs sweeps of stand-in trials: interruptions, failures, locks, full disks, shards. */
class SweepTest {
  private static final int POINTS = 7;

  @TempDir Path folder;
  private final List<Integer> ran = new ArrayList<>();
  private final List<String> log = new ArrayList<>();

  private static Point point(int index) {
    JsonObject axes = new JsonObject();
    axes.addProperty("seed", index);
    return new Point(index, axes, axes, new JsonObject(), "1");
  }

  private static List<Point> points() {
    return IntStream.range(0, POINTS).mapToObj(SweepTest::point).toList();
  }

  private static JsonObject plan() {
    JsonObject axes = new JsonObject();
    axes.add("seed", new JsonArray());
    JsonObject plan = new JsonObject();
    plan.add("axes", axes);
    return plan;
  }

  private Sweep.Outcome trial(Point point) {
    ran.add(point.index());
    JsonObject scores = new JsonObject();
    scores.addProperty("top1", point.index() / 3.0);
    scores.addProperty("macs", 1);
    scores.add("macsByMultiplier", new JsonObject());
    JsonObject timing = new JsonObject();
    timing.addProperty("seconds", System.nanoTime());
    return new Sweep.Outcome(scores, timing);
  }

  private Map<String, String> run(Path output, List<Point> points, Sweep.Trial trial)
      throws IOException {
    try (SweepFolder open = SweepFolder.open(output)) {
      Sweep sweep = new Sweep(open, trial, Throwable::getMessage, log::add);
      new ResultSet("1", plan(), null, sweep.run(points)).write(open);
    }
    return results(output);
  }

  private static Map<String, String> results(Path output) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (String name : List.of("results.json", "results.csv", "results.md")) {
      texts.put(name, Files.readString(output.resolve(name)));
    }
    return texts;
  }

  @Test
  void anInterruptedRunGoesOnAndEndsWithTheSameBytes() throws IOException {
    Map<String, String> expected = run(folder.resolve("whole"), points(), this::trial);
    Path output = folder.resolve("interrupted");
    for (int stop : new int[] {3, 5}) {
      assertThatThrownBy(
              () ->
                  run(
                      output,
                      points(),
                      point -> {
                        if (point.index() == stop) {
                          throw new AssertionError("killed");
                        }
                        return trial(point);
                      }))
          .isInstanceOf(AssertionError.class);
      assertThat(output.resolve("results.json")).doesNotExist();
    }
    ran.clear();
    assertThat(run(output, points(), this::trial)).isEqualTo(expected);
    assertThat(ran).containsExactly(5, 6);
  }

  @Test
  void theOrderOfRunningDoesNotShow() throws IOException {
    Map<String, String> expected = run(folder.resolve("forward"), points(), this::trial);
    assertThat(run(folder.resolve("backward"), points().reversed(), this::trial))
        .isEqualTo(expected);
  }

  @Test
  void aPointThatFailsStopsNoneAndIsTriedAgain() throws IOException {
    Map<String, String> expected = run(folder.resolve("whole"), points(), this::trial);
    Path output = folder.resolve("failing");
    Map<String, String> failed =
        run(
            output,
            points(),
            point -> {
              if (point.index() == 2) {
                throw Fp8simException.usage("no such, thing");
              }
              return trial(point);
            });
    assertThat(log).containsExactly("point 2 (seed=2) failed: no such, thing");
    assertThat(failed.get("results.json")).contains("\"error\": \"no such, thing\"");
    assertThat(failed.get("results.csv")).contains("\"no such, thing\"");
    assertThat(failed.get("results.md")).contains("point 2 (seed=2): no such, thing");
    ran.clear();
    assertThat(run(output, points(), this::trial)).isEqualTo(expected);
    assertThat(ran).containsExactly(2);
  }

  @Test
  void whatCannotBeKeptEndsTheRunWithNothingHalfWritten() throws IOException {
    Path output = folder.resolve("full");
    Path blocked = output.resolve("points").resolve(point(4).id() + ".json");
    Files.createDirectories(blocked);
    assertThatThrownBy(() -> run(output, points(), this::trial))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTPUT))
        .hasMessageContaining(blocked.toString());
    assertThat(output.resolve("results.json")).doesNotExist();
    Files.delete(blocked);
    ran.clear();
    Map<String, String> expected = run(folder.resolve("whole"), points(), this::trial);
    ran.clear();
    assertThat(run(output, points(), this::trial)).isEqualTo(expected);
    assertThat(ran).containsExactly(4, 5, 6);
  }

  @Test
  void aFolderTakesOneSweepAtATime() {
    try (SweepFolder open = SweepFolder.open(folder)) {
      assertThat(open.file("x")).isEqualTo(folder.resolve("x"));
      assertThatThrownBy(() -> SweepFolder.open(folder))
          .hasMessageContaining(folder + ": another sweep is writing here")
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    }
    SweepFolder.open(folder).close();
  }

  @Test
  void halfWrittenFilesOfAKilledProcessAreRemoved() throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("points")).resolve(".a.json.1.tmp");
    Files.writeString(temporary, "{");
    SweepFolder.open(folder).close();
    assertThat(temporary).doesNotExist();
  }

  @Test
  void mergedShardsAreTheSingleRun() throws IOException {
    Map<String, String> expected = run(folder.resolve("whole"), points(), this::trial);
    List<ResultSet> parts = new ArrayList<>();
    for (int number = 1; number <= 3; number++) {
      Shard shard = new Shard(number, 3);
      Path part = folder.resolve("part" + number);
      run(part, points().stream().filter(p -> shard.contains(p.index())).toList(), this::trial);
      parts.add(ResultSet.read(part));
    }
    Path output = folder.resolve("merged");
    try (SweepFolder open = SweepFolder.open(output)) {
      ResultSet.merge(parts.reversed(), POINTS).write(open);
    }
    assertThat(results(output)).isEqualTo(expected);
    assertThatThrownBy(() -> ResultSet.merge(parts.subList(0, 2), POINTS))
        .hasMessageContaining("2 of 7 points are missing");
  }

  @Test
  void aPointIsKnownByWhatItDependsOn() {
    Point point = point(1);
    assertThat(new Point(9, new JsonObject(), point.configuration(), point.inputs(), "1").id())
        .isEqualTo(point.id());
    assertThat(new Point(1, point.axes(), point.configuration(), point.inputs(), "2").id())
        .isNotEqualTo(point.id());
    assertThat(point(2).id()).isNotEqualTo(point.id());
  }

  @Test
  void aLinkPlantedForTheLockIsNotFollowed(@TempDir Path shared) throws IOException {
    Path victim = Files.writeString(shared.resolve("victim"), "precious");
    Path sweep = Files.createDirectory(shared.resolve("sweep"));
    Files.createSymbolicLink(sweep.resolve(".lock"), victim);
    assertThatThrownBy(() -> SweepFolder.open(sweep))
        .hasMessageStartingWith("cannot write " + sweep.resolve(".lock"))
        .extracting("exitCode")
        .isEqualTo(ExitCode.OUTPUT);
    assertThat(victim).hasContent("precious");
  }
}
