package fp8sim.data;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Delivers a dataset in batches, in order, while its own threads read ahead: at most two batches of
 * samples (and a few for the threads) are held at a time. A sample that cannot be read fails the
 * batch it belongs to. For use by one thread; close it to end the readers early.
 */
public final class BatchLoader implements Iterator<Batch>, AutoCloseable {
  private final Dataset dataset;
  private final int batchSize;
  private final int window;
  private final ExecutorService readers;
  private final Deque<Future<List<Tensor>>> ahead = new ArrayDeque<>();
  private int submitted;
  private int delivered;

  BatchLoader(Dataset dataset, int batchSize, int workers) {
    if (batchSize < 1 || workers < 1) {
      throw new IllegalArgumentException(batchSize + " per batch, " + workers + " workers");
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.window = (int) Math.min(batchSize + (long) Math.max(batchSize, 2 * workers), 1 << 30);
    this.readers =
        Executors.newFixedThreadPool(
            workers, Thread.ofPlatform().daemon().name("data-", 0).factory());
    fill();
  }

  private void fill() {
    while (submitted < dataset.size() && submitted - delivered < window) {
      int index = submitted++;
      ahead.add(readers.submit(() -> dataset.sample(index)));
    }
  }

  @Override
  public boolean hasNext() {
    return delivered < dataset.size();
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int first = delivered;
    int size = Math.min(batchSize, dataset.size() - first);
    List<Tensor> stacked = List.of();
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      List<Tensor> sample = await(ahead.remove());
      delivered++;
      fill();
      if (i == 0) {
        stacked = allocate(size, sample);
      }
      put(sample, stacked, i, first);
      labels[i] = dataset.label(first + i);
    }
    if (!hasNext()) {
      close();
    }
    return new Batch(first, byName(stacked), labels);
  }

  private static List<Tensor> allocate(int size, List<Tensor> sample) {
    List<Tensor> batch = new ArrayList<>();
    for (Tensor tensor : sample) {
      batch.add(Tensor.zeros(tensor.type(), tensor.shape().stacked(size)));
    }
    return batch;
  }

  private void put(List<Tensor> sample, List<Tensor> batch, int at, int first) {
    for (int input = 0; input < batch.size(); input++) {
      Tensor from = sample.get(input);
      Tensor to = batch.get(input);
      int[] dims = to.shape().dims();
      Shape expected = Shape.of(Arrays.copyOfRange(dims, 1, dims.length));
      if (!from.shape().equals(expected)) {
        throw Fp8simException.input(
            "%s: shape %s differs from %s of %s; add resize or centerCrop to preprocess"
                .formatted(
                    dataset.describe(first + at), from.shape(), expected, dataset.describe(first)));
      }
      long bytes = from.data().byteSize();
      MemorySegment.copy(from.data(), 0, to.data(), at * bytes, bytes);
    }
  }

  private Map<String, Tensor> byName(List<Tensor> tensors) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      inputs.put(dataset.inputNames().get(i), tensors.get(i));
    }
    return inputs;
  }

  private static List<Tensor> await(Future<List<Tensor>> sample) {
    try {
      return sample.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Fp8simException(ExitCode.INTERRUPTED, "interrupted while reading data", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Fp8simException known -> throw known;
        case Error error -> throw error;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** Ends the reading threads. */
  @Override
  public void close() {
    readers.shutdownNow();
  }
}
