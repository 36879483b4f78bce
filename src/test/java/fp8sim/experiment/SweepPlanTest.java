package fp8sim.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans: order, exclusions, options that win, shards, and errors that name file and key. */
class SweepPlanTest {
  private static final String PLAN =
      """
      { "schema": 1, "name": "small", "base": { "quantize": "input" },
        "axes": { "format": ["e4m3", "e3m4"], "multiplier": ["exact", "adder"],
                  "round-products": [false, true] },
        "exclude": [ { "multiplier": "exact", "round-products": true } ] }
      """;

  @TempDir Path folder;

  private SweepPlan read(String text) throws IOException {
    Path file = folder.resolve("plan.json");
    Files.writeString(file, text);
    return PlanFile.read(file.toString());
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @Test
  void theLastAxisChangesFastestAndExclusionsAreLeftOut() throws IOException {
    List<String> points =
        read(PLAN).combinations().stream()
            .map(
                point ->
                    point.entrySet().stream()
                        .map(entry -> entry.getValue().getAsString())
                        .collect(Collectors.joining(" ")))
            .toList();
    assertThat(points)
        .containsExactly(
            "e4m3 exact false",
            "e4m3 adder false",
            "e4m3 adder true",
            "e3m4 exact false",
            "e3m4 adder false",
            "e3m4 adder true");
  }

  @Test
  void optionsWinOverBaseAndAxes() throws IOException {
    SweepPlan plan = read(PLAN).with(json("{\"format\": \"int8\", \"quantize\": \"output\"}"));
    assertThat(plan.combinations()).hasSize(3);
    JsonObject options = plan.options(plan.combinations().getFirst());
    assertThat(options)
        .isEqualTo(
            json(
                """
                {"quantize": "output", "format": "int8", "multiplier": "exact",
                 "round-products": false}
                """));
  }

  @Test
  void aPlanReadsBackAsItWasRun() throws IOException {
    SweepPlan plan = read(PLAN).with(json("{\"multiplier\": \"adder\"}"));
    assertThat(plan.combinations()).hasSize(4);
    assertThat(PlanFile.read("results", plan.toJson())).isEqualTo(plan);
  }

  @Test
  void theStudyGridIsBundled() {
    SweepPlan plan = PlanFile.read("study-grid");
    assertThat(plan.combinations()).hasSize(22);
    assertThat(plan.base().get("format").getAsString()).isEqualTo("e3m4");
  }

  @Test
  void shardsPartitionThePoints() {
    for (int count = 1; count <= 5; count++) {
      for (int index = 0; index < 13; index++) {
        int at = index;
        int shards = count;
        Set<Integer> owners =
            IntStream.rangeClosed(1, count)
                .filter(number -> new Shard(number, shards).contains(at))
                .boxed()
                .collect(Collectors.toSet());
        assertThat(owners).hasSize(1);
      }
    }
    assertThat(Shard.parse("2/8")).isEqualTo(new Shard(2, 8));
  }

  @ParameterizedTest
  @CsvSource({"0/3", "4/3", "1", "a/b", "1/0", "-1/2"})
  void shardsAreChecked(String text) {
    assertThatThrownBy(() -> Shard.parse(text)).hasMessageContaining("--shard " + text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"schema\": 2, \"name\": \"x\", \"axes\": {}}; schema",
        "{\"schema\": 1, \"axes\": {}}; \"name\" is missing",
        "{\"schema\": 1, \"name\": \"x\"}; \"axes\" is missing",
        "{\"schema\": 1, \"name\": \"x\", \"axes\": {}, \"exlude\": []}; exlude",
        "{\"schema\": 1, \"name\": \"x\", \"axes\": {\"format\": []}}; \"axes.format\" has no"
            + " values",
        "{\"schema\": 1, \"name\": \"x\", \"axes\": {\"format\": \"e4m3\"}}; \"axes.format\" must"
            + " be",
        "{\"schema\": 1, \"name\": \"x\", \"axes\": {\"a\": [1, 1]}}; \"axes.a\" has one value"
            + " twice",
        "{\"schema\": 1, \"name\": \"x\", \"base\": {\"a\": 1}, \"axes\": {\"a\": [1]}}; \"base\""
            + " too",
        "{\"schema\": 1, \"name\": \"x\", \"axes\": {\"a\": [1]}, \"exclude\": [{\"b\": 1}]};"
            + " exclude[0].b",
        "{\"schema\": 1, \"name\": \"x\", \"axes\": {\"a\": [1]}, \"exclude\": [{\"a\": 2}]}; is 2",
      })
  void errorsNameFileAndKey(String text, String part) {
    assertThatThrownBy(() -> read(text))
        .hasMessageContaining("plan.json")
        .hasMessageContaining(part)
        .extracting(problem -> problem.getMessage().lines().count())
        .isEqualTo(1L);
  }
}
