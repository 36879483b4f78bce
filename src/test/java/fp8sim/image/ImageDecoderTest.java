package fp8sim.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.data.SampleFiles;
import fp8sim.data.source.ImageFiles;
import fp8sim.npy.Npz;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  static List<String> images() {
    return Npz.names(SampleFiles.file("images.npz"));
  }

  /** Pillow's Image.open(file).convert("RGB"); the files are written by golden.py. */
  @ParameterizedTest
  @MethodSource("images")
  void equalsPillow(String name) throws IOException {
    Pixels expected = SampleFiles.pixels(Npz.read(SampleFiles.file("images.npz"), name));

    Pixels actual = ImageDecoder.decode(image(name));

    assertThat(actual.height()).isEqualTo(expected.height());
    assertThat(actual.width()).isEqualTo(expected.width());
    assertThat(actual.data()).isEqualTo(expected.data());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sampling2.jpg", "progressive.jpg", "cmyk.jpg", "rgb.png", "rgb.bmp"})
  @Timeout(60)
  void truncatedImagesAreRefused(String name) throws IOException {
    byte[] file = image(name);
    for (int length : new int[] {3, 30, file.length / 2, file.length - 40}) {
      assertThatThrownBy(() -> ImageDecoder.decode(Arrays.copyOf(file, length)))
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("images")
  @Timeout(60)
  void flippedBitsGiveAnImageOrAnIoException(String name) throws IOException {
    byte[] original = image(name);
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 60; round++) {
      byte[] file = original.clone();
      file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(ImageDecoder.decode(file).channels()).isEqualTo(3);
      } catch (IOException e) {
        assertThat(e).hasMessageNotContaining("\n");
      }
    }
  }

  @Test
  void hugeDimensionsAreRefusedBeforeMemoryIsTaken() throws IOException {
    byte[] file = image("rgb.png");
    ByteBuffer.wrap(file).putInt(16, 60_000).putInt(20, 60_000);
    CRC32 crc = new CRC32();
    crc.update(file, 12, 17);
    ByteBuffer.wrap(file).putInt(29, (int) crc.getValue());
    assertThatThrownBy(() -> ImageDecoder.decode(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("60000 x 60000 pixels; at most");
  }

  @Test
  void problemsNameTheFile(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.jpg"));
    Path text = Files.writeString(folder.resolve("text.jpg"), "no image");
    Path missing = folder.resolve("missing.jpg");
    ImageFiles files =
        new ImageFiles(
            List.of(
                new ImageFiles.LabelledFile(empty, 0),
                new ImageFiles.LabelledFile(text, 0),
                new ImageFiles.LabelledFile(missing, 0),
                new ImageFiles.LabelledFile(folder, 0)));
    assertFails(files, 0, empty + ": empty file (0 bytes)");
    assertFails(files, 1, text + ": not an image of a known format");
    assertFails(files, 2, missing + ": no such file or folder");
    assertFails(files, 3, folder + ": not a file");
  }

  private static void assertFails(ImageFiles files, int index, String message) {
    assertThatThrownBy(() -> files.read(index))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith(message);
  }

  private static byte[] image(String name) throws IOException {
    return Files.readAllBytes(SampleFiles.file("images/" + name));
  }
}
