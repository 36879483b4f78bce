package fp8sim.experiment;

import com.google.gson.JsonObject;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFile;
import fp8sim.common.OutputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one sweep: a file for every finished point in {@code points/}, and the results that
 * are made of them. While it is open, no other process can open it: the lock is the operating
 * system's, so that it ends with the process however that ends.
 */
public final class SweepFolder implements AutoCloseable {
  private static final String LOCK = ".lock";
  private static final String POINTS = "points";
  private static final String TEMPORARY = ".*.tmp";

  /**
   * Folders that this process has open: closing a second channel would end the first one's lock.
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel lock;

  private SweepFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Creates the folder if need be and locks it.
   *
   * @throws Fp8simException (output) if it cannot be written, or another sweep has it
   */
  public static SweepFolder open(Path folder) {
    OutputFile.createFolder(folder);
    OutputFile.createFolder(folder.resolve(POINTS));
    Path file = folder.resolve(LOCK);
    Path key = folder.toAbsolutePath().normalize();
    if (!OPEN.add(key)) {
      throw isTaken(folder, Long.toString(ProcessHandle.current().pid()));
    }
    try {
      return lock(folder, file);
    } catch (IOException e) {
      OPEN.remove(key);
      throw Fp8simException.output("cannot write " + file + ": " + e.getMessage(), e);
    } catch (Fp8simException e) {
      OPEN.remove(key);
      throw e;
    }
  }

  private static SweepFolder lock(Path folder, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    FileLock got = channel.tryLock();
    if (got == null) {
      channel.close();
      throw isTaken(folder, Files.readString(file).strip());
    }
    String owner = ProcessHandle.current().pid() + "\n";
    channel.truncate(0).write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)), 0);
    // What a process that was killed has left half-written.
    removeAll(folder, TEMPORARY);
    removeAll(folder.resolve(POINTS), TEMPORARY);
    return new SweepFolder(folder, channel);
  }

  private static Fp8simException isTaken(Path folder, String process) {
    return new Fp8simException(
        ExitCode.OUTPUT,
        "%s: another sweep is writing here (process %s); wait for it, or name another folder"
            .formatted(folder, process.isEmpty() ? "unknown" : process));
  }

  private static void removeAll(Path in, String glob) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(in, glob)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** A file of the folder. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** Whether a point is finished: a file that is damaged does not count. */
  public boolean has(Point point) {
    return find(point, line -> {}) != null;
  }

  /** Forgets finished points, so that everything runs again. */
  public void clear() {
    try {
      removeAll(folder.resolve(POINTS), "*.json");
    } catch (IOException e) {
      throw Fp8simException.output("cannot empty " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * What was kept of a point, or null.
   *
   * @param log is told of a file that is damaged
   */
  Sweep.@Nullable Outcome find(Point point, Consumer<String> log) {
    Path file = pointFile(point);
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      return KeptScores.read(file, JsonFile.read(file));
    } catch (Fp8simException e) {
      log.accept(point.describe() + " is scored again: " + e.getMessage());
      return null;
    }
  }

  /** Keeps a finished point: at once, and whole or not at all. */
  void keep(Point point, JsonObject result) {
    JsonFile.write(pointFile(point), result);
  }

  private Path pointFile(Point point) {
    return folder.resolve(POINTS).resolve(point.id() + ".json");
  }

  @Override
  public void close() {
    try {
      lock.close();
      OPEN.remove(folder.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw Fp8simException.output("cannot unlock " + folder + ": " + e.getMessage(), e);
    }
  }
}
