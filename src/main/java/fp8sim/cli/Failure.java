package fp8sim.cli;

import fp8sim.ExitCode;
import fp8sim.Fp8simException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** What the user is told about an error: one line, and how the process ends. */
record Failure(ExitCode exitCode, String message) {
  static Failure of(Throwable problem) {
    return switch (problem) {
      case Fp8simException e -> new Failure(e.exitCode(), oneLine(e.getMessage()));
      case OutOfMemoryError _ -> new Failure(ExitCode.BACKEND, outOfMemory());
      case InterruptedException _ -> new Failure(ExitCode.INTERRUPTED, "interrupted");
      case NoSuchFileException e -> new Failure(ExitCode.INPUT, e.getFile() + ": no such file");
      case AccessDeniedException e ->
          new Failure(ExitCode.INPUT, e.getFile() + ": permission denied");
      case FileSystemException e -> new Failure(ExitCode.INPUT, oneLine(e.getMessage()));
      case IOException e -> new Failure(ExitCode.INPUT, "cannot read: " + oneLine(e.getMessage()));
      default ->
          new Failure(
              ExitCode.INTERNAL,
              "internal error: " + oneLine(problem.toString()) + "; --stack-trace shows where");
    };
  }

  private static String outOfMemory() {
    return "out of memory: "
        + (Runtime.getRuntime().maxMemory() >> 20)
        + " MiB of Java heap are not enough; use a smaller --batch-size or fewer --threads, or give"
        + " more with JDK_JAVA_OPTIONS=-Xmx16g";
  }

  private static String oneLine(@Nullable String text) {
    return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
