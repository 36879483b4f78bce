package fp8sim.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.data.source.ArraySource;
import fp8sim.data.source.SampleSource;
import fp8sim.image.Preprocess;
import fp8sim.image.RawSample;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class BatchLoaderTest {
  /** Sample i is [i, -i] with class i modulo 10; reads are counted. */
  private static final class Counting implements SampleSource {
    final AtomicInteger reads = new AtomicInteger();
    final int size;
    int broken = -1;
    int longer = -1;

    Counting(int size) {
      this.size = size;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public int label(int index) {
      return index % 10;
    }

    @Override
    public String describe(int index) {
      return "sample " + index;
    }

    @Override
    public RawSample read(int index) {
      reads.incrementAndGet();
      if (index == broken) {
        throw Fp8simException.input(describe(index) + ": broken");
      }
      return new RawSample.Values(
          index == longer
              ? Tensor.zeros(DataType.FLOAT, Shape.of(3))
              : Tensor.ofFloats(Shape.of(2), index, -index));
    }
  }

  private static Dataset dataset(SampleSource source) {
    return Dataset.of("d", source, Preprocess.NONE, new Classes(10, 100, true));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 7", "4, 2", "32, 3", "97, 1", "200, 2"})
  void deliversEverySampleInOrder(int batchSize, int workers) {
    int at = 0;
    try (BatchLoader loader = dataset(new Counting(97)).loader(batchSize, workers)) {
      while (loader.hasNext()) {
        Batch batch = loader.next();
        assertThat(batch.first()).isEqualTo(at);
        assertThat(batch.size()).isEqualTo(Math.min(batchSize, 97 - at));
        assertThat(batch.input().shape()).isEqualTo(Shape.of(batch.size(), 2));
        for (int i = 0; i < batch.size(); i++, at++) {
          assertThat(batch.input().toFloats()[2 * i + 1]).isEqualTo(-at);
          assertThat(batch.labels()[i]).containsExactly(100 + at % 10);
        }
      }
    }
    assertThat(at).isEqualTo(97);
  }

  @Test
  void readsAheadByABoundedNumberOfSamples() throws InterruptedException {
    Counting source = new Counting(100_000);
    try (BatchLoader loader = dataset(source).loader(8, 2)) {
      loader.next();
      int expected = 8 + 16;
      while (source.reads.get() < expected) {
        Thread.sleep(1);
      }
      Thread.sleep(20);
      assertThat(source.reads).hasValue(expected);
    }
  }

  @Test
  void aBrokenSampleFailsItsBatchAndNoneBefore() {
    Counting source = new Counting(20);
    source.broken = 9;
    try (BatchLoader loader = dataset(source).loader(4, 3)) {
      assertThat(loader.next().first()).isZero();
      assertThat(loader.next().first()).isEqualTo(4);
      assertThatThrownBy(loader::next).hasMessage("sample 9: broken");
    }
  }

  @Test
  void samplesOfOneBatchHaveOneShape() {
    Counting source = new Counting(20);
    source.longer = 2;
    try (BatchLoader loader = dataset(source).loader(4, 1)) {
      assertThatThrownBy(loader::next)
          .hasMessage(
              "sample 2: shape 3 differs from 2 of sample 0;"
                  + " add resize or centerCrop to preprocess");
    }
  }

  @Test
  void severalInputsAreBatchedByName() {
    ArraySource source =
        new ArraySource(
            "d",
            List.of("ids", "mask"),
            List.of(
                Tensor.ofLongs(Shape.of(3, 2), 1, 2, 3, 4, 5, 6),
                Tensor.ofLongs(Shape.of(3), 7, 8, 9)),
            null);
    try (BatchLoader loader = dataset(source).loader(2, 1)) {
      Batch batch = loader.next();
      assertThat(batch.inputs()).containsOnlyKeys("ids", "mask");
      assertThat(batch.labels()).isDeepEqualTo(new int[][] {{}, {}});
      Tensor ids = batch.inputs().get("ids");
      assertThat(ids).isNotNull();
      assertThat(ids.data().toArray(Tensor.LONG)).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void selections() {
    Dataset data = dataset(new Counting(95));
    assertThat(firsts(data.limit(3))).containsExactly(0, 1, 2);
    assertThat(data.limit(1000).size()).isEqualTo(95);
    assertThat(firsts(data.batches(BatchSelection.parse("start=1,step=2,count=2"), 10)))
        .containsExactlyElementsOf(range(10, 20, 30, 40));
    assertThat(firsts(data.batches(BatchSelection.parse("start=8,step=1,count=9"), 10)))
        .containsExactlyElementsOf(range(80, 95));
    assertThat(firsts(data.stratified(2))).containsExactlyElementsOf(range(0, 20));
    assertThatThrownBy(() -> data.batches(BatchSelection.parse("start=10,step=1,count=1"), 10))
        .hasMessage("--sample start=10: dataset d has only 10 batches of 10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"start", "start=x", "stop=1", "step=0", "count=0", "start=-1", "''"})
  void badSelections(String text) {
    assertThatThrownBy(() -> BatchSelection.parse(text)).isInstanceOf(Fp8simException.class);
  }

  private static List<Integer> range(int... ends) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < ends.length; i += 2) {
      IntStream.range(ends[i], ends[i + 1]).forEach(all::add);
    }
    return all;
  }

  private static List<Integer> firsts(Dataset data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> (int) data.sample(i).getFirst().toFloats()[0])
        .toList();
  }

  @Test
  void keepsSamplesThatMemoryIsGrantedFor() {
    Counting source = new Counting(10);
    long bytesOfSix = 6 * 2 * Float.BYTES;
    Dataset cached = dataset(source).cached(bytesOfSix).limit(8);
    for (int pass = 0; pass < 3; pass++) {
      try (BatchLoader loader = cached.loader(4, 1)) {
        float[] first = loader.next().input().toFloats();
        float[] second = loader.next().input().toFloats();
        assertThat(first).containsExactly(0, 0, 1, -1, 2, -2, 3, -3);
        assertThat(second).containsExactly(4, -4, 5, -5, 6, -6, 7, -7);
      }
    }
    assertThat(source.reads).hasValue(8 + 2 + 2);
  }
}
