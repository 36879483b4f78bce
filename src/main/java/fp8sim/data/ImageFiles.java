package fp8sim.data;

import fp8sim.Fp8simException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Image files, each with its class. */
record ImageFiles(List<LabelledFile> files) implements SampleSource {
  record LabelledFile(Path file, int label) {}

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public int label(int index) {
    return files.get(index).label();
  }

  @Override
  public String describe(int index) {
    return files.get(index).file().toString();
  }

  @Override
  public Pixels read(int index) {
    Path file = files.get(index).file();
    byte[] bytes;
    try {
      if (!Files.isRegularFile(file) && Files.exists(file)) {
        throw Fp8simException.input(file + ": not a file");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileProblems.unreadable(file.toString(), e);
    }
    try {
      return ImageDecoder.decode(bytes);
    } catch (IOException e) {
      throw FileProblems.unreadable(file.toString(), e);
    }
  }
}
