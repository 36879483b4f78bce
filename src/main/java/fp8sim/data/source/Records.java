package fp8sim.data.source;

import fp8sim.common.FileProblems;
import fp8sim.image.RawSample;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file of records, each a label byte and the elements of one sample; mapped, not copied. */
record Records(String name, RecordFormat format, MemorySegment data) implements SampleSource {

  static Records map(Path file, RecordFormat format) {
    String name = file.toString();
    long record = 1 + format.bytes();
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size == 0 || size % record != 0 || size / record > Integer.MAX_VALUE) {
        throw FileProblems.bad(
            name,
            "%d bytes are not a whole number of records of %d bytes (a label byte and %s %s)"
                .formatted(size, record, format.type(), format.shape()));
      }
      return new Records(
          name, format, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto()));
    } catch (IOException e) {
      throw FileProblems.unreadable(name, e);
    }
  }

  private long recordBytes() {
    return 1 + format.bytes();
  }

  @Override
  public int size() {
    return (int) (data.byteSize() / recordBytes());
  }

  @Override
  public int label(int index) {
    return data.get(Tensor.BYTE, index * recordBytes()) & 0xff;
  }

  @Override
  public String describe(int index) {
    return name + " (record " + index + ")";
  }

  @Override
  public RawSample read(int index) {
    MemorySegment elements = data.asSlice(index * recordBytes() + 1, format.bytes());
    return ArraySource.sample(new Tensor(format.type(), format.shape(), elements));
  }
}
