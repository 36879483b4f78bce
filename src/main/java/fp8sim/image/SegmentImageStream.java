package fp8sim.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import javax.imageio.stream.ImageInputStreamImpl;

/** A file in memory, mapped or not, for ImageIO; nothing is copied but what is read. */
final class SegmentImageStream extends ImageInputStreamImpl {
  private final MemorySegment file;

  SegmentImageStream(MemorySegment file) {
    this.file = file;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos >= file.byteSize() ? -1 : file.get(ValueLayout.JAVA_BYTE, streamPos++) & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    int count = (int) Math.min(length, file.byteSize() - streamPos);
    if (count <= 0) {
      return -1;
    }
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return file.byteSize();
  }
}
