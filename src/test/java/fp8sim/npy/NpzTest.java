package fp8sim.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.data.SampleFiles;
import fp8sim.tensor.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzTest {
  private static final Path FILE = SampleFiles.file("npy/stored.npz");

  @TempDir Path folder;

  @Test
  void readsArraysByName() {
    assertThat(Npz.names(FILE)).containsExactly("x_test", "y_test");
    assertThat(Npz.read(FILE, "x_test").shape()).isEqualTo(Shape.of(2, 3, 4));
    assertThat(Npy.labels(Npz.read(FILE, "y_test"), "y")).containsExactly(1, 0);
  }

  @Test
  void namesTheArraysThatThereAre() {
    assertFails(FILE, "x", "has no array \"x\"; it holds x_test, y_test");
  }

  @Test
  void refusesDamage() throws IOException {
    byte[] bytes = Files.readAllBytes(FILE);
    Path file = folder.resolve("bad.npz");
    assertFails(file, "x_test", "no such file");
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertFails(file, "x_test", "corrupt compressed data");
    Files.write(file, new byte[0]);
    assertFails(file, "x_test", "corrupt compressed data");
  }

  @Test
  void aHeaderCannotTakeMemoryThatTheArchiveDoesNotHold() throws IOException {
    Path file = folder.resolve("bad.npz");
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2147480000,)}";
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("x.npy"));
      writeArray(out, header);
    }
    assertFails(file, "x", "truncated");
  }

  private static void writeArray(OutputStream out, String header) throws IOException {
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
    out.write(header.getBytes(StandardCharsets.ISO_8859_1));
    out.write(new byte[100]);
  }

  private static void assertFails(Path file, String array, String message) {
    assertThatThrownBy(() -> Npz.read(file, array))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }
}
