package fp8sim.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs many mutants in processes of their own, so that one that ends its process, never ends, or
 * takes all memory is counted like any other fault. Prints a line of progress every ten seconds,
 * and in the end each class of faults with one seed that shows it.
 */
public final class RunFuzz {
  private static final int CHUNK = 500;
  private static final int DEADLINE_SECONDS = 60;

  private final Tally tally = new Tally();
  private final AtomicLong next;
  private final long end;
  private final Path scratch;

  private RunFuzz(long first, long count, Path scratch) {
    this.next = new AtomicLong(first);
    this.end = first + count;
    this.scratch = scratch;
  }

  /** Takes the number of mutants, of processes (all cores), and the first seed (0). */
  public static void main(String[] words) throws IOException, InterruptedException {
    long count = Long.parseLong(words[0]);
    int cores = Runtime.getRuntime().availableProcessors();
    int processes = words.length > 1 ? Integer.parseInt(words[1]) : cores;
    long first = words.length > 2 ? Long.parseLong(words[2]) : 0;
    Tally tally = run(first, count, processes, Files.createTempDirectory("fp8sim-fuzz"));
    System.exit(tally.faults() == 0 ? 0 : 1);
  }

  /**
   * Runs the mutants of {@code count} seeds.
   *
   * @param scratch an empty folder
   */
  static Tally run(long first, long count, int processes, Path scratch)
      throws InterruptedException {
    RunFuzz fuzz = new RunFuzz(first, count, scratch);
    long begin = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      threads.add(Thread.ofPlatform().name("fuzz-" + i).start(fuzz::drive));
    }
    for (Thread thread : threads) {
      while (!thread.join(Duration.ofSeconds(10))) {
        System.out.println(fuzz.tally.summary() + seconds(begin));
      }
    }
    System.out.print(fuzz.tally.report());
    System.out.println(fuzz.tally.summary() + seconds(begin));
    return fuzz.tally;
  }

  private static String seconds(long begin) {
    return String.format(Locale.ROOT, "; %.0f s", (System.nanoTime() - begin) / 1e9);
  }

  /** Keeps one process busy, and starts another when it ended. */
  private void drive() {
    long from = 0;
    long to = 0;
    try {
      while (true) {
        Process process = start();
        try (Writer requests = process.outputWriter(StandardCharsets.UTF_8);
            BufferedReader answers =
                new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
          while (true) {
            if (from == to) {
              from = next.getAndAdd(CHUNK);
              to = Math.min(end, from + CHUNK);
              if (from >= end) {
                return;
              }
            }
            requests.write(from + " " + to + "\n");
            requests.flush();
            from = follow(answers, from, process);
            if (from < to) {
              break; // it ended before its time
            }
          }
        } finally {
          process.destroyForcibly();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads outcomes up to the end of a range or of the process; returns the next seed. */
  private long follow(BufferedReader answers, long from, Process process) throws IOException {
    long seed = from;
    boolean running = false;
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      String text = line.length() > 2 ? line.substring(2) : "";
      switch (line.charAt(0)) {
        case 'S' -> {
          seed = Long.parseLong(text);
          running = true;
        }
        case 'R' -> {
          String[] parts = text.split(" ", 2);
          tally.add(parts[1], seed, Long.parseLong(parts[0]));
        }
        case 'F' -> {
          String[] parts = text.split("\t", 2);
          tally.addFault(parts[0], parts[1]);
        }
        case 'H' -> {
          tally.addFault("takes over %d s in %s".formatted(DEADLINE_SECONDS, text), "seed " + seed);
          return seed + 1;
        }
        case 'E' -> {
          return seed + 1;
        }
        default -> throw new IOException("unknown answer " + line);
      }
      running &= line.charAt(0) == 'S';
    }
    if (!running) {
      throw new IOException("a worker ended without running anything; see its messages above");
    }
    process.onExit().join();
    tally.addFault("process ended with " + process.exitValue(), "seed " + seed);
    return seed + 1;
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-Xmx")) {
        command.add(option);
      }
    }
    // A crash is counted; its core and log are of no use here.
    command.addAll(
        List.of("-Xmx768m", "-XX:-CreateCoredumpOnCrash", "-XX:+SuppressFatalErrorMessage"));
    command.addAll(List.of("-cp", classPath(), FuzzWorker.class.getName()));
    command.addAll(List.of(scratch.toString(), Integer.toString(DEADLINE_SECONDS)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
