package fp8sim.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {
  private static final byte[] WORDS = {0, 0, 0x0B, 1, 0, 0, 0, 2, 1, 2, -1, -2};

  @TempDir Path folder;

  @Test
  void readsBigEndianElementsPlainAndGzipped() throws IOException {
    Files.write(folder.resolve("plain"), WORDS);
    Files.write(folder.resolve("packed"), gzip(WORDS));
    for (String name : new String[] {"plain", "packed"}) {
      Tensor tensor = read(name);
      assertThat(tensor.type()).isEqualTo(DataType.INT16);
      assertThat(tensor.shape()).isEqualTo(Shape.of(2));
      assertThat(Conversion.toFloats(tensor)).containsExactly(258, -2);
    }
  }

  @Test
  void findsTheFileWithOrWithoutItsGzSuffix() throws IOException {
    Files.write(folder.resolve("a.gz"), gzip(WORDS));
    Files.write(folder.resolve("b"), WORDS);
    assertThat(Conversion.toFloats(read("a"))).containsExactly(258, -2);
    assertThat(Conversion.toFloats(read("b.gz"))).containsExactly(258, -2);
  }

  @Test
  void refusesDamage() throws IOException {
    byte[] packed = gzip(WORDS);
    assertFails(new byte[0], "truncated");
    assertFails(Arrays.copyOf(WORDS, 6), "truncated");
    assertFails(Arrays.copyOf(WORDS, 11), "truncated");
    assertFails(Arrays.copyOf(WORDS, 13), "more bytes than the shape 2 needs");
    assertFails(Arrays.copyOf(packed, packed.length - 12), "truncated");
    assertFails(Arrays.copyOf(packed, 5), "truncated");
    packed[packed.length - 6] ^= 1;
    assertFails(packed, "corrupt compressed data");
    assertFails(new byte[] {'P', 'K', 3, 4}, "not an IDX file");
    assertFails(new byte[] {0, 0, 7, 1, 0, 0, 0, 1, 0}, "IDX element type 7");
    assertFails(new byte[] {0, 0, 8, 1, -1, 0, 0, 0}, "negative dimension");
  }

  @Test
  void aHeaderCannotTakeMemoryThatTheFileDoesNotHold() throws IOException {
    byte[] header = {0, 0, 8, 1, 0x7f, -1, -1, 0};
    assertFails(header, "more than the file can hold");
    assertFails(gzip(header), "more than the file can hold");
  }

  @Test
  void aBombStopsWhereTheShapeEnds() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bomb)) {
      out.write(WORDS);
      out.write(new byte[50_000_000]);
    }
    assertFails(bomb.toByteArray(), "more bytes than the shape 2 needs");
  }

  private void assertFails(byte[] bytes, String message) throws IOException {
    Files.write(folder.resolve("bad"), bytes);
    assertThatThrownBy(() -> read("bad"))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith(folder.resolve("bad") + ": ")
        .hasMessageContaining(message);
  }

  private Tensor read(String name) {
    return IdxFile.read(new DataRoot.Folder(folder), name);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
