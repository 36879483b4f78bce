package fp8sim.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostCommentsTest {
  private static final OptionalDouble NONE = OptionalDouble.empty();

  @Test
  void readsTheHeadOfACircuit() {
    String head =
        """
        /***
        * This code is part of a library
        ***/
        // MAE% = 0.0018 %
        // PDK45_PWR = 0.391 mW
        // PDK45_AREA = 683.0 um2
        // PDK45_DELAY = 1.42 ns
        #include <stdint.h>
        """;
    assertThat(CostComments.read("F.c", head))
        .containsExactly(
            new UnitCost(
                "PDK45",
                NONE,
                OptionalDouble.of(0.391),
                OptionalDouble.of(683),
                OptionalDouble.of(1.42),
                true));
    // 0.391 mW for 1.42 ns
    double energy = CostComments.read("F.c", head).getFirst().energyOfOperation().orElseThrow();
    assertThat(energy).isCloseTo(555.22, within(1e-9));
  }

  @Test
  void figuresWithoutUnitsOnlyCompare() {
    UnitCost cost =
        CostComments.read(
                "F.v", "// FPGA_POWER = 0.37\r\n// FPGA_DELAY = 7.5\r\n// FPGA_LUT = 16\r\n")
            .getFirst();
    assertThat(cost.technology()).isEqualTo("FPGA");
    assertThat(cost.hasUnits()).isFalse();
    assertThat(cost.area()).hasValue(16);
    assertThat(cost.energyOfOperation().orElseThrow()).isCloseTo(2.775, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "'# A_PWR = 250 uW', 0.25",
    "'-- A_POWER: 2 W', 2000",
    "'/* A_PWR = 1e-3 mW */', 0.001",
    "'  * A_PWR =.5 mW', 0.5",
    "'// A_PWR = 500000 nW', 0.5"
  })
  void readsUnitsAndKindsOfComments(String line, double milliwatts) {
    UnitCost cost = CostComments.read("F", line).getFirst();
    assertThat(cost.power().orElseThrow()).isCloseTo(milliwatts, within(1e-12));
    assertThat(cost.energyOfOperation()).isEmpty();
  }

  @Test
  void aGivenEnergyIsNotComputed() {
    String text = "// A_ENERGY = 2 pJ\n// A_PWR = 1 mW\n// A_DELAY = 1 ns\n";
    assertThat(CostComments.read("F", text).getFirst().energyOfOperation()).hasValue(2000);
  }

  @Test
  void otherTextIsNoCost() {
    assertThat(CostComments.read("F", "int PDK45_PWR = 3;\n// see PDK45_PWR = 3 mW\n// MSE = 2\n"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "-1 mW, 'gives A_PWR = -1: a cost is 0 to 1.0E100'",
    "NaN mW, a cost is",
    "1e300 mW, a cost is",
    "0x10 mW, a cost is",
    "3 ns, 'gives A_PWR in ns, which is no unit of it'"
  })
  void refusesWhatIsNoFigure(String value, String message) {
    assertThatThrownBy(() -> CostComments.read("F.v", "// A_PWR = " + value))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageStartingWith("F.v gives")
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatContradictsItself() {
    assertThatThrownBy(() -> CostComments.read("F", "// A_PWR = 1 mW\n// A_POWER = 1 mW\n"))
        .hasMessage("F gives A_POWER twice");
    assertThatThrownBy(() -> CostComments.read("F", "// A_PWR = 1 mW\n// A_LUT = 3\n"))
        .hasMessage("F gives some of A_* with units, others without");
  }

  @Test
  void limitsTheNumberOfTechnologies() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 17; i++) {
      text.append("// T").append(i).append("_AREA = 1\n");
    }
    assertThatThrownBy(() -> CostComments.read("F", text)).hasMessageContaining("more than 16");
  }
}
