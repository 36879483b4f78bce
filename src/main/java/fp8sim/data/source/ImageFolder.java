package fp8sim.data.source;

import fp8sim.common.FileProblems;
import fp8sim.data.source.ImageFiles.LabelledFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The layout {@code image-folder}: one folder per class, as torchvision's ImageFolder. */
public final class ImageFolder {
  private static final Set<String> EXTENSIONS =
      Set.of("jpg", "jpeg", "png", "bmp", "gif", "tif", "tiff", "webp");

  /** How class folders are numbered. */
  public enum ClassOrder {
    /** By their names, in the order of code points. */
    NAME,
    /**
     * Folders are named by numbers. A number below the number of classes is the class itself, so
     * that classes may be absent; otherwise folders are counted in the order of their numbers.
     */
    NUMBER;

    public String spelling() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private ImageFolder() {}

  /** Lists the images; {@code classes} is 0 if it is not stated. */
  static ImageFiles list(Path folder, ClassOrder order, int classes) {
    List<Path> folders = classFolders(folder);
    int[] labels = order == ClassOrder.NAME ? ranks(folders.size()) : numbers(folders, classes);
    if (order == ClassOrder.NAME && classes != 0 && classes != folders.size()) {
      throw FileProblems.bad(
          folder.toString(),
          "has %d class folders, but the description says %d classes"
              .formatted(folders.size(), classes));
    }
    List<LabelledFile> files = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      for (Path image : images(folders.get(i))) {
        files.add(new LabelledFile(image, labels[i]));
      }
    }
    return new ImageFiles(files);
  }

  private static List<Path> classFolders(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> folders =
          entries
              .filter(Files::isDirectory)
              .sorted(Comparator.comparing(path -> path.getFileName().toString()))
              .toList();
      if (folders.isEmpty()) {
        throw FileProblems.bad(folder.toString(), "has no class folders");
      }
      return new ArrayList<>(folders);
    } catch (IOException e) {
      throw FileProblems.unreadable(folder.toString(), e);
    }
  }

  private static int[] ranks(int count) {
    int[] ranks = new int[count];
    for (int i = 0; i < count; i++) {
      ranks[i] = i;
    }
    return ranks;
  }

  /** Sorts the folders by number and returns their classes. */
  private static int[] numbers(List<Path> folders, int classes) {
    folders.sort(Comparator.comparingInt(ImageFolder::number));
    if (number(folders.getLast()) < classes) {
      return folders.stream().mapToInt(ImageFolder::number).toArray();
    }
    return ranks(folders.size());
  }

  private static int number(Path folder) {
    String name = folder.getFileName().toString();
    if (!name.matches("[0-9]{1,9}")) {
      throw FileProblems.bad(
          folder.toString(), "is not named by a number, as classOrder \"number\" needs");
    }
    return Integer.parseInt(name);
  }

  private static List<Path> images(Path folder) {
    try (Stream<Path> entries = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return entries
          .filter(file -> isImage(file) && Files.isRegularFile(file))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    } catch (UncheckedIOException e) {
      throw FileProblems.unreadable(folder.toString(), new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw FileProblems.unreadable(folder.toString(), e);
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString();
    return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }
}
