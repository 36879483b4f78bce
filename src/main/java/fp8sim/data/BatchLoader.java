package fp8sim.data;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
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
  private final Batching batching;
  private final Collator collator;
  private final int window;
  private final ExecutorService readers;
  private final Deque<Future<List<Tensor>>> ahead = new ArrayDeque<>();
  private int submitted;
  private int delivered;

  BatchLoader(Dataset dataset, Batching batching, int workers) {
    int size = batching.size();
    if (size < 1 || workers < 1) {
      throw new IllegalArgumentException(size + " per batch, " + workers + " workers");
    }
    this.dataset = dataset;
    this.batching = batching;
    this.collator = new Collator(dataset, batching.length());
    this.window = (int) Math.min(size + (long) Math.max(size, 2 * workers), 1 << 30);
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
    int size = size(first);
    List<List<Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      samples.add(await(ahead.remove()));
      delivered++;
      fill();
    }
    Batch batch = collator.batch(first, samples);
    if (!hasNext()) {
      close();
    }
    return batch;
  }

  /** How many samples the batch has that begins with this one. */
  private int size(int first) {
    int most = Math.min(batching.size(), dataset.size() - first);
    int size = 1;
    while (size < most
        && !(batching.unpadded() && dataset.length(first + size) != dataset.length(first))) {
      size++;
    }
    return size;
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
