package fp8sim.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Quantizers;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.ScaleMode;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
  private final Set<Thread> seen = ConcurrentHashMap.newKeySet();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyPartRunsOnceOnSoManyThreads(int threads) {
    Workers workers = new Workers(threads);
    AtomicIntegerArray runs = new AtomicIntegerArray(100);
    for (int parts : new int[] {0, 1, 2, 100}) {
      workers.run(
          parts,
          i -> {
            seen.add(Thread.currentThread());
            runs.incrementAndGet(i);
          });
    }
    assertThat(runs.get(0)).isEqualTo(3);
    assertThat(runs.get(1)).isEqualTo(2);
    for (int i = 2; i < runs.length(); i++) {
      assertThat(runs.get(i)).isEqualTo(1);
    }
    // a call of one part stays on the thread that calls
    assertThat(seen).hasSizeLessThanOrEqualTo(threads == 1 ? 1 : threads + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void partsMayCallAgainAndFail(int threads) {
    Workers workers = new Workers(threads);
    AtomicIntegerArray runs = new AtomicIntegerArray(20);
    workers.run(4, i -> workers.run(5, j -> runs.incrementAndGet(5 * i + j)));
    for (int i = 0; i < runs.length(); i++) {
      assertThat(runs.get(i)).isEqualTo(1);
    }
    assertThatThrownBy(
            () ->
                workers.run(
                    4,
                    i -> {
                      throw new IllegalStateException("part " + i);
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("part ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void candidatesAreTriedOnTheWorkersAlone(int threads) {
    RangeEstimator one = RangeMethod.MSE.estimator(WorkersTest::quantizer, Workers.CALLER);
    RangeEstimator many =
        RangeMethod.MSE.estimator(
            range -> {
              seen.add(Thread.currentThread());
              return quantizer(range);
            },
            new Workers(threads));
    float[] values = new float[4000];
    Random random = new Random(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    one.update(MemorySegment.ofArray(values));
    many.update(MemorySegment.ofArray(values));
    assertThat(many.range()).isEqualTo(one.range());
    assertThat(seen).hasSizeLessThanOrEqualTo(threads);
    assertThat(seen.contains(Thread.currentThread())).isEqualTo(threads == 1);
  }

  private static ScalarQuantizer quantizer(ValueRange range) {
    return Quantizers.minifloat(
        FloatFormat.of(3, 4),
        range.maxval(),
        BiasPolicy.REAL,
        ScaleMode.REAL,
        ConversionMode.DEFAULT);
  }
}
