package fp8sim.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.fuzz.Outcome.Verdict;
import fp8sim.onnx.RegisteredOperators;
import fp8sim.tensor.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the fuzzer starts from has everything that the program reads, in models that run. */
class CorpusTest {
  @TempDir private static Path scratch;

  private static List<Specimen> sound;

  @BeforeAll
  static void runAll() throws IOException {
    sound =
        Corpus.load(scratch).all().stream()
            .filter(specimen -> Trial.sound(specimen).run().verdict() == Verdict.AGREED)
            .toList();
  }

  @Test
  void everyOperatorRuns() {
    Set<String> run = new HashSet<>();
    for (Specimen specimen : sound) {
      RegisteredOperators.addNames(specimen.model().getGraph().getNodeList(), run);
    }
    Set<String> missing = new TreeSet<>(RegisteredOperators.names());
    missing.removeAll(run);
    assertThat(missing).isEmpty();
  }

  @Test
  void everyElementTypeIsRead() {
    Set<DataType> missing = EnumSet.allOf(DataType.class);
    for (Specimen specimen : sound) {
      missing.removeAll(specimen.types());
    }
    assertThat(missing).isEmpty();
  }
}
