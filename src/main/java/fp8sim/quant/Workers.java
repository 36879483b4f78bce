package fp8sim.quant;

import java.util.Collections;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Threads that find ranges and quantize constants; they end when there is nothing to do. */
public final class Workers {
  /** The calling thread alone. */
  public static final Workers CALLER = new Workers(1);

  private final @Nullable ForkJoinPool pool;

  /**
   * Workers.
   *
   * @param threads at least 1
   */
  public Workers(int threads) {
    pool = threads == 1 ? null : new ForkJoinPool(threads);
  }

  /**
   * Runs parts 0 to {@code parts - 1}, each once, in any order, and returns when all are done. A
   * part may itself call this. A part that throws makes this call throw.
   */
  public void run(int parts, IntConsumer part) {
    AtomicInteger next = new AtomicInteger();
    Runnable work =
        () -> {
          for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
            part.accept(i);
          }
        };
    if (pool == null || parts < 2) {
      work.run();
      return;
    }
    int tasks = Math.min(parts, pool.getParallelism());
    pool.invoke(
        ForkJoinTask.adapt(
            () ->
                ForkJoinTask.invokeAll(
                    Collections.nCopies(tasks, work).stream().map(ForkJoinTask::adapt).toList())));
  }
}
