package fp8sim.fuzz;

import fp8sim.fuzz.Outcome.Verdict;
import fp8sim.tensor.NativeMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A process that runs mutants: it reads ranges {@code FROM TO} of seeds, writes {@code S SEED}
 * before each mutant and {@code R} with milliseconds of its thread, {@code F} or {@code H} with its
 * outcome after it. So who reads that knows which mutant ended the process, whatever ended it.
 */
final class FuzzWorker {
  /** What tensors and the heap may take together, in bytes. */
  private static final long MEMORY = 1L << 30;

  /** Says that a mutant took too long, which cannot be stopped but by ending the process. */
  static final int HUNG = 99;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Corpus corpus;
  private final PrintStream out;
  private final long deadlineNanos;
  private final AtomicLong started = new AtomicLong();
  private @Nullable Thread worker;

  private FuzzWorker(Corpus corpus, PrintStream out, int deadlineSeconds) {
    this.corpus = corpus;
    this.out = out;
    this.deadlineNanos = TimeUnit.SECONDS.toNanos(deadlineSeconds);
  }

  /** Takes the folder to unpack models in, and the deadline of a mutant in seconds. */
  public static void main(String[] words) throws IOException {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    Path scratch = Files.createTempDirectory(Path.of(words[0]), "worker");
    NativeMemory.setLimit(MEMORY);
    FuzzWorker fuzz = new FuzzWorker(Corpus.load(scratch), out, Integer.parseInt(words[1]));
    fuzz.work();
    System.exit(0);
  }

  private void work() throws IOException {
    worker = Thread.currentThread();
    Thread watch = new Thread(this::watch, "watch");
    watch.setDaemon(true);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    watch.start();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] range = line.split(" ", 2);
      runAll(Long.parseLong(range[0]), Long.parseLong(range[1]));
    }
  }

  private void runAll(long from, long to) {
    for (long seed = from; seed < to; seed++) {
      out.println("S " + seed);
      out.flush();
      started.set(System.nanoTime());
      long before = THREADS.getCurrentThreadCpuTime();
      Trial trial = new Trial(corpus, seed);
      Outcome outcome = trial.run();
      started.set(0);
      long millis = TimeUnit.NANOSECONDS.toMillis(THREADS.getCurrentThreadCpuTime() - before);
      if (outcome.verdict() == Verdict.FAULT) {
        out.println("F " + outcome.kind() + "\t" + example(seed, trial, outcome.detail()));
      } else {
        out.println("R " + millis + " " + outcome.kind());
      }
    }
    out.println("E");
    out.flush();
  }

  private static String example(long seed, Trial trial, String detail) {
    return "seed %d, %s: %s".formatted(seed, trial.describe(), detail);
  }

  private void watch() {
    while (true) {
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        return;
      }
      long since = started.get();
      Thread busy = worker;
      if (since != 0 && busy != null && System.nanoTime() - since > deadlineNanos) {
        out.println("H " + Outcome.frame(busy.getStackTrace()));
        out.flush();
        Runtime.getRuntime().halt(HUNG);
      }
    }
  }
}
