package fp8sim.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand damaged models run on both backends with the same bits, or are refused in one line.
 * {@code -Dfp8sim.fuzz.mutants=1000000} runs more, {@code -Dfp8sim.fuzz.first=N} others.
 */
class RunFuzzTest {
  private static final long MUTANTS = Long.getLong("fp8sim.fuzz.mutants", 10_000);
  private static final long FIRST = Long.getLong("fp8sim.fuzz.first", 0);
  private static final int PROCESSES =
      Integer.getInteger("fp8sim.fuzz.processes", Runtime.getRuntime().availableProcessors());

  @TempDir private Path scratch;

  @Test
  void damagedModelsRunOrAreRefused() throws InterruptedException {
    Tally tally = RunFuzz.run(FIRST, MUTANTS, PROCESSES, scratch);
    assertThat(tally.mutants()).isEqualTo(MUTANTS);
    assertThat(tally.report()).isEmpty();
  }
}
