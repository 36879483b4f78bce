package fp8sim.cli.frame;

import fp8sim.common.DisplayText;
import fp8sim.common.Progress;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A moving bar on a terminal, a plain line now and then elsewhere. */
public final class ConsoleProgress implements Progress {
  private static final int BAR_WIDTH = 79;
  private static final int BAR_INTERVAL_MILLIS = 200;
  private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);

  private final PrintStream err;
  private final boolean terminal;

  public ConsoleProgress(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public Meter start(String task, long total) {
    String shown = DisplayText.name(task);
    return terminal ? new Bar(err, shown, total) : new Lines(err, shown, total);
  }

  /** Whether standard error is a terminal; the JDK itself only tells about input and output. */
  public static boolean errorIsTerminal() {
    Path standardError = Path.of("/proc/self/fd/2");
    try {
      return Files.exists(standardError)
          ? Files.readSymbolicLink(standardError).toString().matches("/dev/(pts/|tty|console).*")
          : Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    } catch (IOException e) {
      return false;
    }
  }

  private static final class Bar implements Meter {
    private final ProgressBar bar;

    Bar(PrintStream err, String task, long total) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(BAR_INTERVAL_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(err, BAR_WIDTH))
              .build();
    }

    @Override
    public void advance(long steps) {
      bar.stepBy(steps);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  private static final class Lines implements Meter {
    private final PrintStream err;
    private final String task;
    private final long total;
    private final Instant start = Instant.now();
    private Instant next = start.plus(LINE_INTERVAL);
    private long done;

    Lines(PrintStream err, String task, long total) {
      this.err = err;
      this.task = task;
      this.total = total;
    }

    @Override
    public synchronized void advance(long steps) {
      done += steps;
      if (!Instant.now().isBefore(next)) {
        next = Instant.now().plus(LINE_INTERVAL);
        print();
      }
    }

    @Override
    public synchronized void close() {
      print();
    }

    private void print() {
      double seconds = Duration.between(start, Instant.now()).toMillis() / 1e3;
      String of = total < 0 ? "" : " of " + total;
      double left = done > 0 && done < total ? seconds / done * (total - done) : 0;
      String rest = left > 0 ? String.format(Locale.ROOT, ", about %.0f s left", left) : "";
      err.printf(Locale.ROOT, "%s: %d%s, %.1f s%s%n", task, done, of, seconds, rest);
    }
  }
}
