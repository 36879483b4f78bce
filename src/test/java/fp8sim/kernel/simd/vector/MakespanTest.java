package fp8sim.kernel.simd.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MakespanTest {
  private static final double SLOW = 0.65;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16})
  void isTheMeanOfEqualWorkersAndOfOneSlowWorker(int workers) {
    for (int parts = 0; parts < 400; parts++) {
      double alike = simulated(parts, workers, 1);
      double expected = workers == 1 ? alike : (alike + simulated(parts, workers, SLOW)) / 2;
      assertThat(Makespan.of(parts, workers))
          .as("%d parts", parts)
          .isCloseTo(expected, within(1e-9));
    }
  }

  /** Each part goes to the worker that is free first; of several, to a fast one. */
  private static double simulated(int parts, int workers, double speedOfLast) {
    double[] free = new double[workers];
    for (int part = 0; part < parts; part++) {
      int next = 0;
      for (int worker = 1; worker < workers; worker++) {
        if (free[worker] < free[next] - 1e-9) {
          next = worker;
        }
      }
      free[next] += next == workers - 1 ? 1 / speedOfLast : 1;
    }
    return Arrays.stream(free).max().orElseThrow();
  }
}
