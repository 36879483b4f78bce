package fp8sim.common;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes whole files: first under a temporary name in the same folder, then renamed, so that a
 * reader never sees half a file and an earlier result survives a failure. The folder must be there.
 * Files are forced to the disk before they are renamed, so that one that is there is whole even
 * after a power failure.
 *
 * <p>{@code -} and {@code /dev/stdout} are standard output. Devices, pipes and open descriptors
 * ({@code /dev/null}, {@code /dev/fd/3}) are written as they are: nothing replaces them.
 *
 * <p>Failures are {@link ExitCode#OUTPUT} errors that name the file. Temporary files are removed on
 * failure and when the process is ended by a signal.
 */
public final class OutputFile {
  /** How standard output is written as a file. */
  public static final Path STANDARD_OUTPUT = Path.of("-");

  private static final Set<Path> STANDARD_OUTPUT_NAMES =
      Set.of(
          STANDARD_OUTPUT,
          Path.of("/dev/stdout"),
          Path.of("/dev/fd/1"),
          Path.of("/proc/self/fd/1"));

  private static final Path STANDARD_ERROR = Path.of("/dev/stderr");
  private static final Path DESCRIPTORS = Path.of("/dev/fd");
  private static final Path PROCESSES = Path.of("/proc");

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

  /** Whether a file is standard output, such as {@code -}. */
  public static boolean isStandardOutput(Path target) {
    return STANDARD_OUTPUT_NAMES.contains(target);
  }

  /** Writes {@code text} in UTF-8. */
  public static void write(Path target, String text) {
    write(target, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes {@code content}. */
  public static void write(Path target, Content content) {
    writeAll(Map.of(target, content));
  }

  /**
   * Writes files that belong together: all are whole on the disk before the first of them gets its
   * name, so that a full disk leaves every earlier result. They get their names in the map's order.
   */
  public static void writeAll(Map<Path, Content> files) {
    Map<Path, Path> temporaries = new LinkedHashMap<>();
    try {
      for (Map.Entry<Path, Content> file : files.entrySet()) {
        write(file.getKey(), file.getValue(), temporaries);
      }
      for (Map.Entry<Path, Path> file : temporaries.entrySet()) {
        rename(file.getValue(), file.getKey());
      }
    } finally {
      temporaries.values().forEach(OutputFile::forget);
    }
  }

  private static void write(Path target, Content content, Map<Path, Path> temporaries) {
    try {
      if (isStandardOutput(target)) {
        writeToStandardOutput(content);
      } else if (isSpecial(target)) {
        writeInPlace(target, content);
      } else {
        Path temporary = createTemporary(folderOf(realFile(target)));
        temporaries.put(target, temporary);
        writeTemporary(temporary, content);
      }
    } catch (IOException e) {
      throw Fp8simException.output("cannot write " + target + ": " + reason(e), e);
    }
  }

  /**
   * Fails now if {@code target} could not be written later, before long work is done for it. A file
   * in its folder is created and deleted for that: permissions alone do not tell.
   */
  public static void check(Path target) {
    if (isStandardOutput(target)) {
      return;
    }
    try {
      if (Files.isDirectory(target)) {
        throw new FileSystemException(target.toString(), null, "is a folder");
      }
      if (Files.exists(target) && !Files.isWritable(target)) {
        throw new AccessDeniedException(target.toString());
      }
      if (!isSpecial(target)) {
        Files.delete(createTemporary(folderOf(realFile(target))));
      } else if (!Files.exists(target)) {
        throw new FileSystemException(target.toString(), null, "no such device or descriptor");
      }
    } catch (IOException e) {
      throw Fp8simException.output("cannot write " + target + ": " + reason(e), e);
    }
  }

  /** Fails now if {@link #createFolder} would fail later, or no file could be put there. */
  public static void checkFolder(Path folder) {
    try {
      boolean exists = Files.exists(folder);
      if (exists && !Files.isDirectory(folder)) {
        throw new FileSystemException(folder.toString(), null, "is no folder");
      }
      Files.delete(createTemporary(exists ? folder : folderOf(folder)));
    } catch (IOException e) {
      throw Fp8simException.output("cannot write to the folder " + folder + ": " + reason(e), e);
    }
  }

  /** Creates a folder for output if it is missing; the one that it lies in must be there. */
  public static void createFolder(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(folder);
      }
    } catch (IOException e) {
      throw Fp8simException.output("cannot create the folder " + folder + ": " + reason(e), e);
    }
  }

  /** Whether a target is a device, a pipe or an open descriptor, or a folder. */
  public static boolean isSpecial(Path target) {
    // What these names lead to may be an ordinary file that another process holds open.
    Path absolute = target.toAbsolutePath().normalize();
    boolean open =
        absolute.equals(STANDARD_ERROR)
            || absolute.startsWith(DESCRIPTORS)
            || absolute.startsWith(PROCESSES);
    return open || (Files.exists(target) && !Files.isRegularFile(target));
  }

  private static void writeToStandardOutput(Content content) throws IOException {
    PrintStream out = System.out;
    OutputStream buffered = new BufferedOutputStream(out);
    content.writeTo(buffered);
    buffered.flush();
    if (out.checkError()) {
      throw new IOException("standard output is closed or full");
    }
  }

  private static void writeInPlace(Path target, Content content) throws IOException {
    try (OutputStream stream =
        new BufferedOutputStream(
            Files.newOutputStream(target, StandardOpenOption.WRITE, StandardOpenOption.APPEND))) {
      content.writeTo(stream);
    }
  }

  private static void writeTemporary(Path temporary, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel));
      content.writeTo(stream);
      stream.flush();
      channel.force(true);
    }
  }

  /** A new file that nobody can have put there before, not even as a link to another one. */
  private static Path createTemporary(Path folder) throws IOException {
    Path file = folder.resolve(".fp8sim-" + UUID.randomUUID() + ".tmp");
    NAMING.lock();
    try {
      PENDING.add(file);
      return Files.createFile(file);
    } catch (IOException e) {
      PENDING.remove(file);
      throw e;
    } finally {
      NAMING.unlock();
    }
  }

  private static Path realFile(Path target) throws IOException {
    return Files.exists(target) ? target.toRealPath() : target;
  }

  private static void rename(Path temporary, Path target) {
    NAMING.lock();
    try {
      Path file = realFile(target);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(folderOf(file));
    } catch (IOException e) {
      throw Fp8simException.output("cannot write " + target + ": " + reason(e), e);
    } finally {
      NAMING.unlock();
    }
  }

  /** Removes a temporary file, if it is still there. */
  private static void forget(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw Fp8simException.output("cannot remove " + temporary + ": " + reason(e), e);
    } finally {
      PENDING.remove(temporary);
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
      case NoSuchFileException _ -> "the folder it lies in does not exist; create that first";
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
