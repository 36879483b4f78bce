package fp8sim.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import fp8sim.common.Progress;
import fp8sim.data.Batch;
import fp8sim.data.BatchLoader;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.data.SampleFiles;
import fp8sim.npy.Npz;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that are decoded band by band have the bits of whole ones, and need little memory. */
class LargeImageTest {
  private static final List<String> STEPS =
      List.of(
          "[{\"resize\": 9}, {\"centerCrop\": 7}]",
          "[{\"resize\": [5, 11], \"interpolation\": \"bicubic\"}]",
          "[{\"resize\": [40, 6], \"interpolation\": \"nearest\"}]",
          "[{\"resize\": [6, 40], \"interpolation\": \"nearest\"}]",
          "[{\"resize\": 70, \"interpolation\": \"lanczos\"}, {\"divide\": 255}]",
          "[{\"centerCrop\": [9, 5]}]",
          "[{\"centerCrop\": 200}, {\"resize\": 9}]",
          "[{\"centerCrop\": [3, 300]}]");

  static List<String> images() {
    return Npz.names(SampleFiles.file("images.npz"));
  }

  private static Preprocess steps(String json) {
    return PreprocessReader.read(
        JsonFields.parse("test", "{\"preprocess\": " + json + "}"), "preprocess");
  }

  private static LargeImage large(byte[] file, int bandRows) throws IOException {
    Pixels whole = ImageDecoder.decode(file);
    return new LargeImage(MemorySegment.ofArray(file), whole.height(), whole.width(), bandRows);
  }

  @ParameterizedTest
  @MethodSource("images")
  void bandsGiveTheBitsOfTheWhole(String name) throws IOException {
    byte[] file = Files.readAllBytes(SampleFiles.file("images/" + name));
    for (String json : STEPS) {
      for (int bandRows : new int[] {1, 7, 1000}) {
        float[] whole = steps(json).apply(ImageDecoder.decode(file)).getFirst().toFloats();
        float[] bands = steps(json).apply(large(file, bandRows)).getFirst().toFloats();
        assertThat(bands).as("%s in bands of %d", json, bandRows).isEqualTo(whole);
      }
    }
  }

  @Test
  void damageIsFoundInEveryBand() throws IOException {
    for (String name : List.of("rgb.png", "sampling2.jpg")) {
      byte[] file = Files.readAllBytes(SampleFiles.file("images/" + name));
      LargeImage image = large(file, 4);
      MemorySegment half = MemorySegment.ofArray(Arrays.copyOf(file, file.length / 2));
      LargeImage truncated = new LargeImage(half, image.height(), image.width(), 4);
      assertThatThrownBy(() -> steps("[{\"resize\": 9}]").apply(truncated))
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  private static Path photograph(Path file, String format, int side) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, side, side / 2f, Color.BLUE));
    graphics.fillRect(0, 0, side, side);
    graphics.setColor(Color.WHITE);
    graphics.fillOval(side / 5, side / 4, side / 2, side / 3);
    graphics.dispose();
    ImageIO.write(image, format, file.toFile());
    return file;
  }

  private static Path description(Path folder, String preprocess) throws IOException {
    Files.writeString(folder.resolve("labels.csv"), "a.png,0\na.jpg,1\n");
    return Files.writeString(
        folder.resolve("data.json"),
        """
        {"schema": 1, "name": "large", "layout": "labels-csv", "images": ".",
         "labels": "labels.csv", "preprocess": %s}
        """
            .formatted(preprocess));
  }

  /** 25 million pixels are 75 MB as RGB, beside as much while they are decoded. */
  @Test
  @Timeout(300)
  void aSmallHeapSuffices(@TempDir Path folder) throws IOException, InterruptedException {
    photograph(folder.resolve("a.png"), "png", 5000);
    photograph(folder.resolve("a.jpg"), "jpg", 5000);
    Path data = description(folder, "[{\"resize\": 256}, {\"centerCrop\": 224}]");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName(),
                data.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).contains("2 samples of 3x224x224");
    assertThat(child.exitValue()).as(output).isZero();
  }

  /** The child process: reads a dataset with several threads. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] args) {
      Dataset dataset = DatasetDescription.load(args[0], null).open(null);
      try (BatchLoader loader = dataset.loader(2, 4);
          Progress.Meter meter = Progress.NONE.start("read", 2)) {
        Batch batch = loader.next();
        meter.advance(batch.size());
        System.out.println(batch.size() + " samples of " + dataset.sample(0).getFirst().shape());
      }
    }
  }

  @Test
  @Timeout(60)
  void largeImagesNeedAStepThatMakesThemSmaller(@TempDir Path folder) throws IOException {
    photograph(folder.resolve("a.png"), "png", 4100);
    Dataset dataset =
        DatasetDescription.load(description(folder, "[]").toString(), null).open(null);
    assertThatThrownBy(() -> dataset.sample(0))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContainingAll("a.png", "4100 x 4100", "resize or centerCrop");
  }
}
