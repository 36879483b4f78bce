package fp8sim.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Worker threads for kernels. The thread that calls {@link #run} is worker 0 and works too. Workers
 * spin for a short while between kernels, because a network is hundreds of kernels of some tens of
 * microseconds each, then sleep.
 */
@InPhase(Phase.WAITING)
public final class WorkerPool implements Parallel, AutoCloseable {
  /** About half a millisecond: longer than the gap between two kernels of one network. */
  private static final int SPINS = 20000;

  private final Worker[] others;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private volatile int generation;
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private int parts;
  private @Nullable Part part;

  /**
   * A pool for one network or more.
   *
   * @param workers at least 1
   */
  public WorkerPool(int workers) {
    others = new Worker[workers - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = new Worker(i + 1);
      others[i].start();
    }
  }

  @Override
  public int workers() {
    return others.length + 1;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the one thread that runs parts changes it
  public void run(int count, Part body) {
    if (others.length == 0 || count < 2) {
      SEQUENTIAL.run(count, body);
      return;
    }
    parts = count;
    part = body;
    failure = null;
    next.set(0);
    busy.set(others.length);
    generation++;
    for (Worker worker : others) {
      if (worker.sleeping) {
        LockSupport.unpark(worker);
      }
    }
    work(body, count, 0);
    while (busy.get() != 0) {
      Thread.onSpinWait();
    }
    Throwable thrown = failure;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private void work(Part body, int count, int worker) {
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        body.run(i, worker);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
      next.set(count);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Worker worker : others) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private final int number;
    private volatile boolean sleeping;

    Worker(int number) {
      super("fp8sim-worker-" + number);
      this.number = number;
      setDaemon(true);
    }

    @Override
    public void run() {
      int seen = 0;
      while (awaitGenerationAfter(seen)) {
        seen = generation;
        Part body = part;
        if (body != null) {
          work(body, parts, number);
        }
        busy.decrementAndGet();
      }
    }

    /** False once the pool is closed. */
    private boolean awaitGenerationAfter(int seen) {
      int spins = 0;
      while (generation == seen) {
        if (closed) {
          return false;
        }
        if (spins++ < SPINS) {
          Thread.onSpinWait();
        } else {
          sleeping = true;
          if (generation == seen && !closed) {
            LockSupport.park(this);
          }
          sleeping = false;
        }
      }
      return true;
    }
  }
}
