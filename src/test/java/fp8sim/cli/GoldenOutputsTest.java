package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import fp8sim.common.Sha256;
import fp8sim.kernel.ProductMethod;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole outputs of commands as they were when they were pinned: every byte of what is printed and
 * of the result files, but for the fields that {@link #VARYING} and {@link #VARYING_LINES} name.
 *
 * <p>{@code -Dfp8sim.golden.update=true} writes the files instead of comparing them; a change that
 * the difference then shows is a change of behaviour and needs its reason.
 */
@Timeout(600)
class GoldenOutputsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/outputs");
  private static final boolean UPDATE = Boolean.getBoolean("fp8sim.golden.update");

  /**
   * Keys of JSON objects, at any depth, whose values tell of the machine, the time or the build.
   */
  private static final String VARYING =
      "version|device|seconds|imagesPerSecond|host|system|java|finished";

  private static final Pattern VARYING_FIELDS =
      Pattern.compile("(?m)^( *\"(?:" + VARYING + ")\": ).*?(,?)$");

  /** How lines for people start that do the same. */
  private static final Pattern VARYING_LINES = Pattern.compile("(?m)^(speed +).*$");

  /** Which kernel multiplies depends on the machine's vectors. */
  private static final Pattern KERNELS =
      Pattern.compile(
          "(?m)(?<=\\S {1,99}|: \"|^\\S{1,99} \")(?:"
              + Arrays.stream(ProductMethod.values())
                  .map(ProductMethod::text)
                  .collect(Collectors.joining("|"))
              + "): [^\"\n]*");

  /** Doubles with all their digits: the last ones may depend on the processor's architecture. */
  private static final Pattern LONG_NUMBERS =
      Pattern.compile("-?\\b\\d+\\.\\d+(?:E-?\\d+)?(?![\\w.])");

  /** Float32 values have at most 9 significant digits and stay as they are. */
  private static final int SIGNIFICANT_DIGITS = 12;

  private static final Pattern PAGE_DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  /** Arrays of numbers, such as a row of a heat map. */
  private static final Pattern NUMBERS = Pattern.compile("\\[[\\s\\d.,E+-]+\\]");

  @TempDir Path folder;

  /** Runs a command; {@code @} in a word stands for the folder of outputs. */
  private Cli call(String line) {
    List<Object> words = new ArrayList<>();
    for (String word : line.strip().split("\\s+", 0)) {
      words.add(word.replace("@", folder + "/"));
    }
    return Cli.run(words.toArray());
  }

  /** Runs a command and compares what it prints and each of {@code files} that it writes. */
  private void pin(String name, String line, String... files) throws IOException {
    Cli run = call(line);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
    pinText(name, "console.txt", run.out() + "--- stderr\n" + run.err());
    for (String file : files) {
      pinText(name, file.replace('/', '-'), Files.readString(folder.resolve(file)));
    }
  }

  private void pinText(String name, String file, String text) throws IOException {
    String actual = masked(text);
    Path golden = GOLDEN.resolve(name).resolve(file);
    if (UPDATE) {
      Files.createDirectories(golden.getParent());
      Files.writeString(golden, actual);
    }
    assertThat(actual).as(name + "/" + file).isEqualTo(Files.readString(golden));
  }

  private String masked(String text) {
    String own = text.replace(folder.toString(), "FOLDER");
    own = VARYING_FIELDS.matcher(own).replaceAll("$1\"varies\"$2");
    own = KERNELS.matcher(own).replaceAll("varies");
    own = VARYING_LINES.matcher(own).replaceAll("$1varies");
    return LONG_NUMBERS.matcher(own).replaceAll(GoldenOutputsTest::shortened);
  }

  private static String shortened(MatchResult number) {
    String text = number.group();
    BigDecimal value = new BigDecimal(text);
    return value.precision() <= SIGNIFICANT_DIGITS
        ? text
        : value.round(new MathContext(SIGNIFICANT_DIGITS)).toString();
  }

  @Test
  void evalInFloat32() throws IOException {
    pin(
        "eval-float32",
        "eval --model fashion-mobilenet_v2 --limit 16 --batch-size 8 --threads 2"
            + " --json @eval.json --predictions @predictions.csv",
        "eval.json",
        "predictions.csv");
  }

  @Test
  void evalWithRoundedApproximateProductsAndOneLayerOtherwise() throws IOException {
    pin(
        "eval-approximate",
        "eval --model fashion-resnet --limit 8 --batch-size 4 --threads 1 --format e4m3"
            + " --bias-policy study --multiplier adder:compensation=3 --round-products"
            + " --layer /fc/*:multiplier=exact,format=e3m4 --calibration-batches 2"
            + " --calibration-batch-size 4 --compare-float --json @eval.json"
            + " --predictions @predictions.csv",
        "eval.json",
        "predictions.csv");
  }

  @Test
  void evalOfATransformerInIntegersAtOutputs() throws IOException {
    pin(
        "eval-integers",
        "eval --model fashion-vit --limit 4 --batch-size 4 --threads 2 --format int8"
            + " --quantize output --quantize-extra attention,layernorm,softmax,gelu"
            + " --activation-range percentile:99.9 --weight-range mse --calibration-batches 1"
            + " --calibration-batch-size 4 --json @eval.json --predictions @predictions.csv",
        "eval.json",
        "predictions.csv");
  }

  @Test
  void evalWithAnAccumulator() throws IOException {
    pin(
        "eval-accumulator",
        "eval --model fashion-resnet --limit 4 --batch-size 4 --threads 1 --format fp8-e5m2"
            + " --bias-policy cover --multiplier mitchell --accumulator fp16:64"
            + " --result-quantizer --calibration-batches 1 --calibration-batch-size 4"
            + " --json @eval.json --predictions @predictions.csv",
        "eval.json",
        "predictions.csv");
  }

  @Test
  void sweep() throws IOException {
    Files.writeString(
        folder.resolve("plan.json"),
        """
        { "schema": 1, "name": "golden",
          "base": { "limit": 4, "batch-size": 4, "calibration-batches": 1,
                    "calibration-batch-size": 4, "bias-policy": "study" },
          "axes": { "model": ["fashion-resnet"],
                    "format": ["fp32", "e3m4"],
                    "multiplier": ["exact", "adder:compensation=3"],
                    "round-products": [false, true],
                    "accumulator": ["fp32", "q10.20"],
                    "layer": ["/fc/Gemm:format=e4m3"] },
          "exclude": [ { "multiplier": "exact", "round-products": true },
                       { "multiplier": "exact", "accumulator": "q10.20" },
                       { "format": "fp32", "multiplier": "adder:compensation=3" },
                       { "round-products": true, "accumulator": "fp32" } ] }
        """);
    pin(
        "sweep",
        "sweep --plan @plan.json --output @out --threads 1",
        "out/results.json",
        "out/results.csv",
        "out/results.md",
        "out/timings.json");
    pinText("sweep", "report-data.json", pageData(folder.resolve("out/report.html")));
  }

  /** The JSON that a page carries, each row of a heat map on one line. */
  private static String pageData(Path page) throws IOException {
    Matcher matcher = PAGE_DATA.matcher(Files.readString(page));
    assertThat(matcher.find()).isTrue();
    String json = JsonFile.format(JsonParser.parseString(matcher.group(1)));
    return NUMBERS.matcher(json).replaceAll(array -> array.group().replaceAll("\\s+", " "));
  }

  @Test
  void inspect() throws IOException {
    pin(
        "inspect",
        "inspect --model fashion-mobilenet_v2 --format e4m3 --activations int8 --multiplier exact"
            + " --weight-scope tensor --layer /fc/*:weights=e5m2 --json @inspect.json"
            + " --dot @graph.dot",
        "inspect.json",
        "graph.dot");
  }

  @Test
  void inspectOfATransformer() throws IOException {
    pin(
        "inspect-transformer",
        "inspect --model fashion-vit --format e3m4 --quantize-extra attention,layernorm"
            + " --multiplier drum:k=3 --json @inspect.json",
        "inspect.json");
  }

  @Test
  void calibrate() throws IOException {
    pin(
        "calibrate",
        "calibrate --model fashion-resnet --format e4m3 --multiplier adder --round-products"
            + " --calibration-batches 2 --calibration-batch-size 4 --output @ranges.json"
            + " --json @calibrate.json --threads 2",
        "ranges.json",
        "calibrate.json");
  }

  @Test
  void multiplier() throws IOException {
    pin(
        "multiplier",
        "multiplier drum:k=3 --format e4m3 --json @multiplier.json --table @table.npy"
            + " --heatmap @map.png",
        "multiplier.json");
    String table = Sha256.of(Files.readAllBytes(folder.resolve("table.npy")));
    pinText("multiplier", "table.npy.sha256", table + "\n");
    assertThat(folder.resolve("map.png")).isNotEmptyFile();
  }

  @Test
  void listOfMultipliers() throws IOException {
    pin("multiplier-list", "multiplier --list --json @list.json", "list.json");
  }

  @Test
  void analyze() throws IOException {
    pin(
        "analyze",
        "analyze --model fashion-resnet --limit 4 --batch-size 4 --calibration-batches 1"
            + " --calibration-batch-size 4 --format e3m2 --multiplier mitchell --threads 1"
            + " --assign 0.3 --output @assigned.json --json @analyze.json",
        "analyze.json",
        "assigned.json");
  }

  @Test
  void keysOfBench() throws IOException {
    Map<String, String> keys = new TreeMap<>();
    for (String line :
        List.of(
            "gemm --shape 7x8x9 --threads 1 --seconds 0.01",
            "model --model fashion-resnet --batch-size 1 --threads 1 --seconds 0.01"
                + " --format e3m4")) {
      Cli run = call("bench " + line + " --json @bench.json");
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.SUCCESS);
      addKeys(
          line.substring(0, line.indexOf(' ')), JsonFile.read(folder.resolve("bench.json")), keys);
    }
    StringBuilder text = new StringBuilder();
    keys.forEach((path, kind) -> text.append(path).append(" ").append(kind).append("\n"));
    pinText("bench", "keys.txt", text.toString());
  }

  /** Adds the path of each value with its kind; texts, which tell what was run, with themselves. */
  private static void addKeys(String path, JsonElement json, Map<String, String> keys) {
    if (json instanceof JsonObject object) {
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        if (!entry.getKey().matches(VARYING)) {
          addKeys(path + "/" + entry.getKey(), entry.getValue(), keys);
        }
      }
    } else if (json.isJsonArray()) {
      for (int i = 0; i < json.getAsJsonArray().size(); i++) {
        addKeys("%s/%02d".formatted(path, i), json.getAsJsonArray().get(i), keys);
      }
    } else if (json.isJsonPrimitive() && json.getAsJsonPrimitive().isNumber()) {
      keys.put(path, "number");
    } else {
      keys.put(path, json.toString().replace('\n', ' '));
    }
  }
}
