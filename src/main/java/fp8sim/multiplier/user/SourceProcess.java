package fp8sim.multiplier.user;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A process that compiles a user's class and calls it, see {@link SourceServer}: what the class
 * does (end the process, loop, take memory, start threads, print) ends in one line here. It is
 * started at the first use, serves all settings of its model, and ends with this process however
 * that ends, because its input does.
 *
 * <p>It limits mistakes; it is no prison: the class may do what the user may do.
 */
final class SourceProcess {
  /** Heap of the process in MiB; compiling takes some 60. */
  private static final int HEAP_MIB = 256;

  /** Options from the environment would change the limits, or open the port of a debugger twice. */
  private static final List<String> ENVIRONMENT =
      List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

  private static final Map<SourceProduct, SourceProcess> ALL = new ConcurrentHashMap<>();

  private final SourceProduct product;
  private @Nullable Process process;
  private boolean onCodes;

  private SourceProcess(SourceProduct product) {
    this.product = product;
  }

  /** The process of a model, the same one each time. */
  static SourceProcess of(SourceProduct product) {
    return ALL.computeIfAbsent(product, SourceProcess::new);
  }

  /**
   * Whether the class multiplies codes; otherwise it multiplies values.
   *
   * @throws Fp8simException if it cannot be compiled or has no such method
   */
  synchronized boolean multipliesCodes() {
    limited(this::started);
    return onCodes;
  }

  /**
   * All products, row by row.
   *
   * @param a first operands: integers, or the bits of float32 values
   * @param w second operands
   * @return integers, or the bits of float32 values
   */
  synchronized int[] multiply(int[] a, int[] w) {
    return limited(() -> multiply(started(), a, w));
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  /** The work, which must end in time; whatever goes wrong ends the process. */
  private <T> T limited(Work<T> work) {
    FutureTask<T> task = new FutureTask<>(work::run);
    Thread.ofPlatform().daemon().name("source").start(task);
    boolean done = false;
    try {
      T result = task.get(product.seconds(), TimeUnit.SECONDS);
      done = true;
      return result;
    } catch (TimeoutException e) {
      throw failed(
          "took more than " + product.seconds() + " seconds; seconds=N allows other times", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Fp8simException(ExitCode.INTERRUPTED, "interrupted", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    } finally {
      if (!done) {
        end();
      }
    }
  }

  private RuntimeException failure(Throwable problem) {
    return switch (problem) {
      case Fp8simException e -> e;
      case EOFException e -> failed(howItEnded() + " instead of returning a product", e);
      case IOException e -> failed("its process broke off: " + e.getMessage(), e);
      case Error e -> throw e;
      default -> new IllegalStateException(problem);
    };
  }

  private Fp8simException failed(String what, Throwable cause) {
    return Fp8simException.input("multiplier " + product.name() + ": " + what, cause);
  }

  private String howItEnded() {
    Process ended = process;
    try {
      if (ended != null && ended.waitFor(1, TimeUnit.SECONDS)) {
        return "it ended its process with exit code " + ended.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "it closed its output";
  }

  private void end() {
    Process running = process;
    if (running != null) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
      process = null;
    }
  }

  /** The running process, which has compiled the class. */
  private Process started() throws IOException {
    Process running = process;
    if (running != null) {
      return running;
    }
    running = start();
    process = running;
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(running.getOutputStream()));
    byte[] text = product.text().getBytes(StandardCharsets.UTF_8);
    out.writeUTF(product.file());
    out.writeInt(text.length);
    out.write(text);
    out.flush();
    onCodes = reply(running).readBoolean();
    return running;
  }

  private static Process start() throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + HEAP_MIB + "m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            SourceServer.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    ENVIRONMENT.forEach(builder.environment()::remove);
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private int[] multiply(Process running, int[] a, int[] w) throws IOException {
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(running.getOutputStream()));
    write(out, a);
    write(out, w);
    out.flush();
    DataInputStream in = reply(running);
    int[] results = new int[a.length * w.length];
    byte[] bytes = new byte[Integer.BYTES * results.length];
    in.readFully(bytes);
    ByteBuffer.wrap(bytes).asIntBuffer().get(results);
    return results;
  }

  private static void write(DataOutputStream out, int[] numbers) throws IOException {
    out.writeInt(numbers.length);
    for (int number : numbers) {
      out.writeInt(number);
    }
  }

  /** What follows if the server succeeded; its error otherwise. */
  private DataInputStream reply(Process running) throws IOException {
    DataInputStream in = new DataInputStream(running.getInputStream());
    return switch (in.readInt()) {
      case SourceServer.DONE -> in;
      case SourceServer.USAGE -> throw Fp8simException.usage(in.readUTF());
      case SourceServer.INPUT -> throw Fp8simException.input(in.readUTF());
      default -> throw new IOException("it wrote to the output of its process");
    };
  }
}
