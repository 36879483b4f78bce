package fp8sim.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.conformance.BackendTestCase.Outcome;
import fp8sim.conformance.BackendTestCase.Status;
import fp8sim.engine.Backends;
import fp8sim.numerics.Numerics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The suite's newest cases, each from its model file to its outputs, on both CPU backends. */
class OnnxNodeNextTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    ZippedCases.unpack(ZippedCases.NEXT, folder);
  }

  @Test
  void noCaseIsMissing() {
    assertThat(BackendTestCase.find(folder)).hasSize(539);
  }

  @TestFactory
  Stream<DynamicTest> casesOnReference() {
    return cases("reference");
  }

  @TestFactory
  Stream<DynamicTest> casesOnCpu() {
    return cases("cpu");
  }

  private static Stream<DynamicTest> cases(String backend) {
    return BackendTestCase.find(folder).stream()
        .map(test -> DynamicTest.dynamicTest(test.name(), () -> check(test, backend)));
  }

  private static void check(BackendTestCase test, String backend) {
    Outcome outcome = test.run(Numerics.FLOAT32, Backends.choose(backend), 1);
    assertThat(outcome).isEqualTo(new Outcome(test.name(), Status.PASSED, ""));
  }
}
