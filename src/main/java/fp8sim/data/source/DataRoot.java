package fp8sim.data.source;

import fp8sim.common.FileProblems;
import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.common.UserPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the relative paths of a description start. */
public sealed interface DataRoot {

  /** How messages name this file. */
  String describe(String relative);

  boolean exists(String relative);

  InputStream open(String relative);

  /** The size of a file in bytes, or -1 where it is not known beforehand. */
  long size(String relative);

  /** The file or folder itself, for layouts that cannot be read from packed resources. */
  Path path(String relative);

  /** {@code relative} in {@code folder}; itself if it is absolute. */
  static Path resolve(Path folder, String relative) {
    return folder.resolve(UserPath.inFile("data in " + folder, relative));
  }

  /** A folder of the file system. */
  record Folder(Path folder) implements DataRoot {
    @Override
    public String describe(String relative) {
      return path(relative).toString();
    }

    @Override
    public boolean exists(String relative) {
      return Files.exists(path(relative));
    }

    @Override
    public InputStream open(String relative) {
      try {
        return Files.newInputStream(path(relative));
      } catch (IOException e) {
        throw FileProblems.unreadable(describe(relative), e);
      }
    }

    @Override
    public long size(String relative) {
      try {
        return Files.size(path(relative));
      } catch (IOException e) {
        throw FileProblems.unreadable(describe(relative), e);
      }
    }

    @Override
    public Path path(String relative) {
      return resolve(folder, relative);
    }
  }

  /** Resources packed with fp8sim, below a classpath folder that ends with a slash. */
  record Packed(String folder) implements DataRoot {
    @Override
    public String describe(String relative) {
      return "bundled " + relative;
    }

    @Override
    public boolean exists(String relative) {
      return DataRoot.class.getResource(folder + relative) != null;
    }

    @Override
    public InputStream open(String relative) {
      InputStream stream = DataRoot.class.getResourceAsStream(folder + relative);
      if (stream == null) {
        throw notBundled(relative);
      }
      return stream;
    }

    @Override
    public long size(String relative) {
      return -1;
    }

    @Override
    public Path path(String relative) {
      throw notBundled(relative);
    }

    private static Fp8simException notBundled(String relative) {
      return Fp8simException.input(
          "%s: not bundled; name the folder that holds it with %s"
              .formatted(relative, UserOption.DATA_ROOT.with("DIR")));
    }
  }
}
