package fp8sim;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes whole files: first under a temporary name in the same folder, then renamed, so that a
 * reader never sees half a file and an earlier result survives a failure. Files are forced to the
 * disk before they are renamed, so that one that is there is whole even after a power failure.
 *
 * <p>Failures are {@link ExitCode#OUTPUT} errors that name the file. Temporary files are removed on
 * failure and when the process is ended by a signal.
 */
public final class OutputFile {
  private static final Set<OpenOption> NEW =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);

  private static final Set<Path> PENDING = ConcurrentHashMap.newKeySet();

  /** Held while a file gets its temporary or its final name; for good when the program ends. */
  private static final ReentrantLock NAMING = new ReentrantLock();

  static {
    Interruption.add(OutputFile::removePending);
  }

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream stream) throws IOException;
  }

  private OutputFile() {}

  /** Writes {@code text} in UTF-8. */
  public static void write(Path target, String text) {
    write(target, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes {@code content}; missing folders are created. Devices and pipes are written directly.
   */
  public static void write(Path target, Content content) {
    try {
      if (Files.exists(target) && !Files.isRegularFile(target)) {
        writeInPlace(target, content);
      } else {
        writeAndRename(target, content);
      }
    } catch (IOException e) {
      throw Fp8simException.output("cannot write " + target + ": " + reason(e), e);
    }
  }

  /** Fails now if {@code target} can hardly be written later, before long work is done for it. */
  public static void check(Path target) {
    try {
      if (Files.isDirectory(target)) {
        throw new FileSystemException(target.toString(), null, "is a folder");
      }
      Path folder = folderOf(target);
      Files.createDirectories(folder);
      if (!Files.isWritable(Files.exists(target) ? target : folder)) {
        throw new AccessDeniedException(target.toString());
      }
    } catch (IOException e) {
      throw Fp8simException.output("cannot write " + target + ": " + reason(e), e);
    }
  }

  /** Creates a folder for output with its parents. */
  public static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw Fp8simException.output("cannot create the folder " + folder + ": " + reason(e), e);
    }
  }

  private static void writeInPlace(Path target, Content content) throws IOException {
    try (OutputStream stream =
        new BufferedOutputStream(Files.newOutputStream(target, StandardOpenOption.WRITE))) {
      content.writeTo(stream);
    }
  }

  private static void writeAndRename(Path target, Content content) throws IOException {
    Path file = Files.exists(target) ? target.toRealPath() : target;
    Path folder = folderOf(file);
    Files.createDirectories(folder);
    String name = "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp";
    Path temporary = folder.resolve(name);
    try {
      try (FileChannel channel = create(temporary)) {
        OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel));
        content.writeTo(stream);
        stream.flush();
        channel.force(true);
      }
      rename(temporary, file);
      force(folder);
    } finally {
      Files.deleteIfExists(temporary);
      PENDING.remove(temporary);
    }
  }

  private static FileChannel create(Path temporary) throws IOException {
    NAMING.lock();
    try {
      PENDING.add(temporary);
      return FileChannel.open(temporary, NEW);
    } finally {
      NAMING.unlock();
    }
  }

  private static void rename(Path temporary, Path file) throws IOException {
    NAMING.lock();
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      NAMING.unlock();
    }
  }

  /** Forces the new name to the disk, where the system has a way to. */
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folders, some network file systems force none; the file itself is forced.
      return;
    }
  }

  private static Path folderOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such folder";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static void removePending() {
    NAMING.lock();
    for (Path file : PENDING) {
      // The process is going down: nobody is left to tell about a file that stays.
      file.toFile().delete();
    }
  }
}
