package fp8sim.cli;

import fp8sim.common.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options without effect, values that are empty, and combinations that are not supported. */
@Timeout(60)
class RefusedOptionsTest {
  private static final String MODEL = "fashion-vit";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bench gemm --model fashion-vit | --model: has no effect on 'bench gemm'; leave it out
          bench gemm --batch-size 8 | --batch-size: has no effect on 'bench gemm'
          bench model --model fashion-vit --shape 8x8x8 | --shape: has no effect on 'bench model'
          analyze --model fashion-vit --format e4m3 --candidate format=e4m3 | --candidate: has no effect without --assign
          analyze --model fashion-vit --format e4m3 --cost c.json | --cost: has no effect without --assign
          analyze --model fashion-vit --format e4m3 --output a.json | --output: has no effect without --assign
          multiplier exact --format e4m3 --unsigned | --unsigned: has no effect on e4m3 and e4m3
          eval --model fashion-vit --format e4m3 --ranges r.json --calibration fashion-mnist | --calibration: has no effect with --ranges
          eval --model fashion-vit --format e4m3 --ranges r.json --calibration-batches 2 | --calibration-batches: has no effect with --ranges
          eval --model fashion-vit --backend cpu:foo | --backend cpu:foo: there is no such way to multiply; use one of float32, significands
          eval --model fashion-vit --backend reference:0 | --backend reference:0: reference has no devices
          eval --model fashion-vit --multiplier mitchell | --multiplier mitchell: products of codes need a --format, such as --format e4m3
          eval --model fashion-vit --accumulator fp16 | --accumulator fp16: products of codes need a --format
          eval --model fashion-vit --multiplier drum:k=3 --round-products --accumulator fp16 | --multiplier drum:k=3, --round-products, --accumulator fp16: products
          eval --model fashion-vit --round-product-and-sum | --round-product-and-sum: products of codes need a --format
          """)
  void inOneLine(String words, String message) {
    Cli.run((Object[]) words.strip().split(" ", -1)).refuses(ExitCode.USAGE, message);
  }

  /** What a result file repeats although nobody gave it. */
  @Test
  void defaultsOfAConfigurationAreNotRefused() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.json"),
            "{\"model\": \""
                + MODEL
                + "\", \"format\": \"e4m3\", \"ranges\": \"none.json\","
                + " \"calibration-batch-size\": 32}");
    Cli.run("eval", "--config", file).refuses(ExitCode.INPUT, "none.json: no such file");
  }

  @Test
  void emptyValues() throws IOException {
    Cli.run("eval", "--model", MODEL, "--accumulator", "")
        .refuses(ExitCode.USAGE, "--accumulator needs a value, not an empty one");
    Cli.run("eval", "--model", " ").refuses(ExitCode.USAGE, "--model needs a value");
    Cli.run("eval", "--model", MODEL, "--layer", "").refuses(ExitCode.USAGE, "--layer needs");
    Cli.run("eval", "--config", "").refuses(ExitCode.USAGE, "--config");
    Cli.run("verify", "").refuses(ExitCode.USAGE, "an argument is empty");
    Path file =
        Files.writeString(
            folder.resolve("c.json"), "{\"model\": \"" + MODEL + "\", \"accumulator\": \"\"}");
    Cli.run("eval", "--config", file)
        .refuses(ExitCode.USAGE, "--accumulator needs a value, not an empty one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "model": "a\\u0000b" | USAGE
          "model": "fashion-vit", "data": "a\\u0000b" | USAGE
          "model": "fashion-vit", "card": "a\\u0000b" | USAGE
          "model": "fashion-vit", "predictions": "a\\u0000b" | USAGE
          "model": "fashion-vit", "format": "e4m3", "ranges": "a\\u0000b" | USAGE
          "model": "fashion-vit", "format": "e4m3", "calibration": "a\\u0000b" | USAGE
          "model": "fashion-vit", "format": "e4m3", "limit": 1, "multiplier": "table:file=a\\u0000b,dialect=npy" | USAGE
          "model": "fashion-vit", "format": "e4m3", "limit": 1, "multiplier": "source:file=a\\u0000b" | USAGE
          """)
  void namesWithNul(String configuration, ExitCode code) throws IOException {
    Path file = Files.writeString(folder.resolve("c.json"), "{" + configuration + "}");
    Cli.run("eval", "--config", file, "--allow-source").refuses(code, "'a\\0b' is not a file name");
  }
}
