package fp8sim.data.source;

import fp8sim.common.FileProblems;
import fp8sim.common.Fp8simException;
import fp8sim.image.ImageDecoder;
import fp8sim.image.RawSample;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Image files, each with its class. */
public record ImageFiles(List<LabelledFile> files) implements SampleSource {
  /** Larger files are mapped instead of read. */
  private static final long MAPPED_BYTES = 1 << 22;

  public record LabelledFile(Path file, int label) {}

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
  public RawSample read(int index) {
    Path file = files.get(index).file();
    try {
      if (!Files.isRegularFile(file) && Files.exists(file)) {
        throw Fp8simException.input(file + ": not a file");
      }
      return ImageDecoder.open(contents(file));
    } catch (IOException e) {
      throw FileProblems.unreadable(file.toString(), e);
    }
  }

  private static MemorySegment contents(Path file) throws IOException {
    if (Files.size(file) <= MAPPED_BYTES) {
      return MemorySegment.ofArray(Files.readAllBytes(file));
    }
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    }
  }
}
