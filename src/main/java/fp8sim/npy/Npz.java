package fp8sim.npy;

import fp8sim.common.FileProblems;
import fp8sim.common.Fp8simException;
import fp8sim.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** NPZ files: a ZIP archive of NPY files, as {@code numpy.savez} writes them. */
public final class Npz {
  private static final String SUFFIX = ".npy";

  private Npz() {}

  /**
   * Reads one array, named without {@code .npy}, into the heap.
   *
   * @throws Fp8simException if the archive or the array cannot be read, or has no such array
   */
  public static Tensor read(Path file, String array) {
    try (ZipFile zip = open(file)) {
      ZipEntry entry = zip.getEntry(array + SUFFIX);
      if (entry == null) {
        throw FileProblems.bad(
            file.toString(),
            "has no array \"%s\"; it holds %s".formatted(array, String.join(", ", names(zip))));
      }
      try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
        return Npy.read(in, file + " (array " + array + ")");
      }
    } catch (IOException e) {
      throw FileProblems.unreadable(file.toString(), e);
    }
  }

  /**
   * As {@link #read(Path, String)}, from a stream.
   *
   * @param name how messages name its origin
   */
  public static Tensor read(InputStream in, String name, String array) {
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals(array + SUFFIX)) {
          return Npy.read(zip, name + " (array " + array + ")");
        }
      }
      throw FileProblems.bad(name, "has no array \"" + array + "\"");
    } catch (IOException e) {
      throw FileProblems.unreadable(name, e);
    }
  }

  /**
   * The names of all arrays, without {@code .npy}, in the order of the archive.
   *
   * @throws Fp8simException if the archive cannot be read
   */
  public static List<String> names(Path file) {
    try (ZipFile zip = open(file)) {
      return names(zip);
    } catch (IOException e) {
      throw FileProblems.unreadable(file.toString(), e);
    }
  }

  private static ZipFile open(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return new ZipFile(file.toFile());
  }

  private static List<String> names(ZipFile zip) {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.endsWith(SUFFIX))
        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
        .toList();
  }
}
