package fp8sim.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.engine.MacUnit;
import fp8sim.multiplier.UnitCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkCostTest {
  private static final UnitUse FLOAT = new UnitUse(MacUnit.FLOAT32, 10);

  @TempDir private Path folder;

  private static UnitCost cost(String technology, double power, double area, double delay) {
    return new UnitCost(
        technology,
        OptionalDouble.empty(),
        OptionalDouble.of(power),
        OptionalDouble.of(area),
        OptionalDouble.of(delay),
        true);
  }

  private static UnitUse use(String name, String formats, double macs, UnitCost... costs) {
    return new UnitUse(new MacUnit(name, name, formats, "exact", List.of(costs)), macs);
  }

  private CostTable file(String text) throws IOException {
    Path file = folder.resolve("cost.json");
    Files.writeString(file, text.replace('\'', '"'));
    return CostTable.read(file);
  }

  @Test
  void commentsOfMultipliersAreEnough() {
    List<UnitUse> uses =
        List.of(
            use("a", "int8", 1000, cost("PDK45", 0.5, 100, 2)),
            use("b", "int4", 500, cost("PDK45", 0.1, 40, 1), cost("FPGA", 9, 9, 9)));
    NetworkCost cost = NetworkCost.of(uses, null).orElseThrow();
    assertThat(cost.technology()).isEqualTo("PDK45");
    assertThat(cost.hasUnits()).isTrue();
    // 0.5 mW for 2 ns are 1000 fJ, 0.1 mW for 1 ns 100 fJ.
    assertThat(cost.figures().energy().orElseThrow()).isEqualTo(1000 * 1000 + 500 * 100);
    assertThat(cost.figures().area()).hasValue(140);
    assertThat(cost.figures().delay()).hasValue(2);
    assertThat(cost.relative().energy()).isEmpty();
    assertThat(cost.missing()).isEmpty();
  }

  @Test
  void nothingIsInvented() {
    assertThat(NetworkCost.of(List.of(use("exact", "int8", 1000), FLOAT), null)).isEmpty();
    UnitUse known = use("a", "int8", 990, cost("PDK45", 0.5, 100, 2));
    NetworkCost cost = NetworkCost.of(List.of(known, FLOAT), null).orElseThrow();
    assertThat(cost.figures().energy()).isEmpty();
    assertThat(cost.figures().area()).isEmpty();
    assertThat(cost.missing())
        .containsExactly("float32 of fp32 with accumulator fp32 (1.0 % of the multiplications)");
  }

  @Test
  void aFileOverridesAndNamesTheExactMultiplier() throws IOException {
    CostTable costs =
        file(
            """
            {'schema': 2, 'technology': 'PDK45', 'exact': 'mul8s_1KV6',
             'multipliers': {
               'mul8s_1KV6': {'power': 0.4, 'area': 700, 'delay': 1.5},
               'mul8s_1KV6@int4': {'energy': 100, 'area': 200, 'delay': 1},
               'b': {'energy': 50, 'area': 100, 'delay': 0.5},
               'float32': {'energy': 2000, 'area': 5000, 'delay': 3}}}
            """);
    List<UnitUse> uses =
        List.of(
            use("a", "int8", 1000, cost("PDK45", 0.2, 350, 1.5)),
            use("b", "int4", 2000, cost("PDK45", 9, 9, 9)),
            FLOAT);
    NetworkCost cost = NetworkCost.of(uses, costs).orElseThrow();
    double energy = 1000 * 300 + 2000 * 50 + 10 * 2000;
    assertThat(cost.figures().energy().orElseThrow()).isCloseTo(energy, within(1e-6));
    assertThat(cost.figures().area()).hasValue(350 + 100 + 5000);
    assertThat(cost.figures().delay()).hasValue(3);
    double exact = 1000 * 600 + 2000 * 100 + 10 * 2000;
    assertThat(cost.relative().energy().orElseThrow()).isCloseTo(energy / exact, within(1e-12));
    assertThat(cost.relative().area().orElseThrow()).isCloseTo(5450.0 / 5900, within(1e-12));
    assertThat(cost.relative().delay()).hasValue(1);
  }

  @Test
  void namesOfFilesAreEnough() throws IOException {
    CostTable costs =
        file("{'schema': 2, 'technology': 'T', 'multipliers': {'mul8s_X': {'energy': 3}}}");
    NetworkCost cost =
        NetworkCost.of(List.of(use("table:file=/some/where/mul8s_X.bin", "int8", 4)), costs)
            .orElseThrow();
    assertThat(cost.figures().energy()).hasValue(12);
    assertThat(cost.figures().area()).isEmpty();
  }

  @Test
  void accumulatorsAreAdded() throws IOException {
    String text =
        "{'schema': 2, 'technology': 'T', 'multipliers': {'exact': {'energy': 10, 'delay': 2}},"
            + " 'accumulators': {'exact@int8': {'energy': 5, 'delay': 1}}}";
    CostTable costs = file(text);
    NetworkCost cost = NetworkCost.of(List.of(use("exact", "int8", 4)), costs).orElseThrow();
    assertThat(cost.figures().energy()).hasValue(60);
    assertThat(cost.figures().delay()).hasValue(3);
    assertThat(cost.relative().energy()).hasValue(1);
    // Another format has no accumulator in the file.
    NetworkCost other = NetworkCost.of(List.of(use("exact", "int4", 4)), costs).orElseThrow();
    assertThat(other.figures().energy()).isEmpty();
    assertThat(CostTable.of(costs.toJson())).isEqualTo(costs);
  }

  @Test
  void commentsOfAnotherTechnologyDoNotMix() throws IOException {
    CostTable costs =
        file("{'schema': 2, 'technology': 'T', 'multipliers': {'exact': {'energy': 10}}}");
    assertThat(NetworkCost.of(List.of(use("a", "int8", 4, cost("PDK45", 1, 1, 1))), costs))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'schema': 3}|\"schema\" is 3",
        "{'schema': 2, 'multipliers': {}}|\"technology\" is missing",
        "{'schema': 2, 'technology': 'T'}|\"multipliers\" is missing",
        "{'schema': 2, 'technology': 'T', 'multipliers': {'a': 1}}|must be an object",
        "{'schema': 2, 'technology': 'T', 'multipliers': {'a': {'energy': -1}}}|is no cost",
        "{'schema': 2, 'technology': 'T', 'multipliers': {'a': {'energy': 1e200}}}|is no cost",
        "{'schema': 2, 'technology': 'T', 'multipliers': {'a': {'joule': 1}}}|unknown key",
        "{'schema': 2, 'technology': 'T', 'multipliers': {}, 'exact': 'a'}|none of the multipliers",
        "{'schema': 2, 'technology': 'T', 'multipliers': {}, 'units': 3}|must be true",
        "{'schema': 2, 'technology': 'T', 'multipliers': {}, 'x': 3}|unknown key"
      })
  void mistakesInFilesAreNamed(String text, String message) {
    assertThatThrownBy(() -> file(text))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining(message);
  }

  @Test
  void candidatesAreOrderedByEnergy() throws IOException {
    CostTable costs =
        file(
            "{'schema': 2, 'technology': 'T', 'multipliers': {'exact': {'power': 2, 'delay': 1},"
                + " 'adder': {'area': 3}}}");
    assertThat(costs.of("exact")).isEqualTo(2000);
    assertThat(costs.of("adder")).isEqualTo(3);
    assertThatThrownBy(() -> costs.of("drum:k=3")).hasMessageContaining("no cost for");
  }

  @Test
  void unitsAreKeptInScores() {
    List<UnitUse> uses = List.of(use("a", "int8", 1000, cost("PDK45", 0.5, 100, 2)), FLOAT);
    JsonObject scores = new JsonObject();
    scores.add("units", UnitUse.toJson(uses));
    assertThat(UnitUse.of(scores)).isEqualTo(uses);
    assertThat(UnitUse.of(new JsonObject())).isEmpty();
    assertThat(UnitUse.areWhole(scores)).isTrue();
    for (String damaged :
        List.of(
            scores.toString().replace("100", "-5"),
            scores.toString().replace("\"macs\":1000", "\"macs\":-1"),
            scores.toString().replace("\"formats\"", "\"x\""),
            "{\"units\": 3}")) {
      assertThat(UnitUse.areWhole(JsonParser.parseString(damaged).getAsJsonObject()))
          .as(damaged)
          .isFalse();
    }
  }
}
