package fp8sim.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Wilson's interval against published examples, and where other intervals break. */
class IntervalTest {
  @Test
  void equalsPublishedValues() {
    // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    check(81, 263, 0.2553, 0.3662);
    check(15, 148, 0.0624, 0.1605);
    check(0, 20, 0, 0.1611);
    check(1, 29, 0.0061, 0.1718);
  }

  private static void check(long hits, long trials, double low, double high) {
    Interval interval = Interval.wilson95(hits, trials);
    assertThat(interval.low()).isCloseTo(low, within(5e-5));
    assertThat(interval.high()).isCloseTo(high, within(5e-5));
  }

  @Test
  void staysInsideAndSymmetric() {
    for (int trials = 1; trials < 40; trials++) {
      for (int hits = 0; hits <= trials; hits++) {
        Interval interval = Interval.wilson95(hits, trials);
        Interval mirrored = Interval.wilson95(trials - hits, trials);
        assertThat(interval.low()).isBetween(0.0, (double) hits / trials);
        assertThat(interval.high()).isBetween((double) hits / trials, 1.0);
        assertThat(interval.low()).isCloseTo(1 - mirrored.high(), within(1e-12));
      }
    }
  }
}
