package fp8sim.cli.frame;

import fp8sim.common.DisplayText;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** What the user is told about an error: one line, and how the process ends. */
public record Failure(ExitCode exitCode, String message) {
  public static Failure of(Throwable problem) {
    return switch (problem) {
      case Fp8simException e -> new Failure(e.exitCode(), oneLine(e.getMessage()));
      case OutOfMemoryError e -> new Failure(ExitCode.BACKEND, outOfMemory(e));
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

  /** Java tells by the message only what there was too little of. */
  private static String outOfMemory(OutOfMemoryError error) {
    String reason = String.valueOf(error.getMessage());
    String what;
    if (reason.contains("native thread")) {
      return "out of memory: no more threads can be started; use fewer --threads";
    }
    if (reason.contains("direct buffer")) {
      what = "Java's limit of memory outside its heap, as large as the heap's, is not enough";
    } else if (reason.contains("Unable to allocate")) {
      return "out of memory: the system gives no more memory; use a smaller --batch-size or fewer"
          + " --threads";
    } else {
      what = (Runtime.getRuntime().maxMemory() >> 20) + " MiB of Java heap are not enough";
    }
    return "out of memory: "
        + what
        + "; use a smaller --batch-size or fewer --threads, or give more with"
        + " JDK_JAVA_OPTIONS=-Xmx16g";
  }

  private static String oneLine(@Nullable String text) {
    return DisplayText.printable(String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
