package fp8sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import fp8sim.experiment.CostTable;
import fp8sim.experiment.Point;
import fp8sim.experiment.PointResult;
import fp8sim.experiment.ResultSet;
import fp8sim.numerics.NumericsParser;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page as text and, where Chromium is installed, as people see it; the pictures are in {@code
 * target/report}.
 */
@Timeout(120)
class SweepPageTest {
  private static final Path PICTURES = Path.of("target/report");
  private static final String[] MULTIPLIERS = {"exact", "mitchell", "adder:compensation=3"};
  private static final int[] BLUE = {0x2f, 0x6f, 0xde};

  @TempDir Path folder;

  private static ResultSet results() {
    JsonObject plan =
        json("{'schema': 1, 'name': 'A <plan> & more', 'axes': {'model': [], 'multiplier': []}}");
    List<PointResult> results = new ArrayList<>();
    for (String model : List.of("resnet.onnx", "vit.onnx")) {
      for (int i = 0; i < MULTIPLIERS.length; i++) {
        JsonObject axes = json("{'model': '%s', 'multiplier': '%s'}", model, MULTIPLIERS[i]);
        JsonObject configuration = axes.deepCopy();
        configuration.addProperty("format", "e4m3");
        Point point = new Point(results.size(), axes, configuration, json("{}"), "1.0");
        boolean fails = model.startsWith("vit") && i == 2;
        results.add(
            fails
                ? new PointResult(point, null, null, "no </script> here")
                : new PointResult(point, scores(i), timing(), null));
      }
    }
    CostTable costs =
        new CostTable(Map.of("exact", 1.0, "mitchell", 0.5, "adder:compensation=3", 0.25));
    return new ResultSet("1.0", plan, costs, results);
  }

  private static ShownMultiplier multiplier(Point point) {
    Map<String, List<String>> options = new HashMap<>();
    for (String key : List.of("format", "multiplier")) {
      options.put(key, List.of(point.configuration().get(key).getAsString()));
    }
    return ShownMultiplier.of(NumericsParser.parse(options));
  }

  private static JsonObject scores(int i) {
    JsonObject scores =
        json(
            """
            {'images': 100, 'top1': %1$s, 'interval95': [%2$s, %3$s], 'top5': 1, 'loss': 0.5,
             'agreement': 0.9, 'float32Top1': 0.91, 'logitSqnr': 12.5, 'meanSqnr': 14,
             'worstSqnr': 9.5, 'worstLayer': 'conv2', 'macsByMultiplier': {'%4$s': 1000}}
            """,
            0.9 - 0.1 * i, 0.85 - 0.1 * i, 0.93 - 0.1 * i, MULTIPLIERS[i]);
    JsonArray layers = new JsonArray();
    for (int layer = 0; layer < 4; layer++) {
      layers.add(json("{'layer': 'conv%s', 'sqnr': %s}", layer, 30 - 4 * layer - 5 * i));
    }
    scores.add("layers", layers);
    return scores;
  }

  private static JsonObject timing() {
    return json(
        """
        {'seconds': 2, 'imagesPerSecond': 50, 'backend': 'cpu', 'device': 'CPU', 'threads': 2,
         'host': 'h', 'system': 'Linux', 'java': '25', 'finished': '2026-01-01T00:00:00Z'}
        """);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private static JsonObject json(String text, Object... values) {
    return JsonParser.parseString(text.formatted(values).replace('\'', '"')).getAsJsonObject();
  }

  private Path page() throws IOException {
    Files.createDirectories(PICTURES);
    return Files.writeString(
        PICTURES.resolve("report.html"),
        new SweepPage(results(), SweepPageTest::multiplier).html());
  }

  @Test
  void thePageNeedsNothingElse() {
    String html = new SweepPage(results(), SweepPageTest::multiplier).html();
    assertThat(html)
        .contains("A &lt;plan&gt; &amp; more", "Chart.js v", "adder:compensation=3")
        .doesNotContain("no </script> here", "<link", " src=", "@DATA@", "fetch(");
  }

  @Test
  void everyChartDraws() throws Exception {
    String dom = chromium("--dump-dom", "--window-size=1280,2400");
    assertThat(dom).contains("data-drawn=\"accuracy cost error layers\"", "data-theme=\"light\"");
    assertThat(dom).contains("<figcaption><b>mitchell</b>", "<figcaption><b>adder:compensation=3");
    assertThat(dom.split("<tr class=\"point\"", -1)).hasSize(7);
    assertThat(dom).contains("class=\"failed\"", "title=\"no &lt;/script&gt; here\"");
  }

  @Test
  void itCanBeSeenOnADesktopAPhoneAndInTheDark() throws Exception {
    BufferedImage desktop = picture("desktop.png", 1280, 2400, false);
    BufferedImage phone = picture("phone.png", 390, 3600, false);
    BufferedImage dark = picture("dark.png", 1280, 2400, true);
    for (BufferedImage image : List.of(desktop, phone, dark)) {
      assertThat(colours(image)).as("colours").isGreaterThan(100);
      assertThat(near(image, BLUE)).as("pixels of the first model").isGreaterThan(300);
    }
    assertThat(desktop.getRGB(2, 1200) & 0xff).isGreaterThan(0xe0);
    assertThat(dark.getRGB(2, 1200) & 0xff).isLessThan(0x40);
  }

  private BufferedImage picture(String name, int width, int height, boolean dark) throws Exception {
    Path file = PICTURES.resolve(name);
    Files.deleteIfExists(file);
    List<String> words = new ArrayList<>();
    words.add("--screenshot=" + file.toAbsolutePath());
    words.add("--window-size=" + width + "," + height);
    if (dark) {
      words.add("--blink-settings=preferredColorScheme=0");
    }
    chromium(words.toArray(String[]::new));
    BufferedImage image = ImageIO.read(file.toFile());
    assertThat(image.getWidth()).isEqualTo(width);
    return image;
  }

  private static int colours(BufferedImage image) {
    Set<Integer> colours = new HashSet<>();
    Arrays.stream(
            image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
        .forEach(colours::add);
    return colours.size();
  }

  private static long near(BufferedImage image, int[] colour) {
    return Arrays.stream(
            image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
        .filter(
            rgb ->
                Math.abs((rgb >> 16 & 0xff) - colour[0]) < 12
                    && Math.abs((rgb >> 8 & 0xff) - colour[1]) < 12
                    && Math.abs((rgb & 0xff) - colour[2]) < 12)
        .count();
  }

  private String chromium(String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(browser());
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--virtual-time-budget=5000",
            "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(words));
    command.add(page().toUri().toString());
    Path out = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out);
  }

  private static String browser() {
    String path = System.getenv().getOrDefault("PATH", "");
    List<String> found =
        Arrays.stream(path.split(File.pathSeparator, -1))
            .flatMap(
                folder ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .toList();
    assumeTrue(!found.isEmpty(), "needs Chromium (chromium or google-chrome on the PATH)");
    return found.getFirst();
  }
}
