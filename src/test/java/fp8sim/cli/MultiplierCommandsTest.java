package fp8sim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.cli.command.MatmulCommand;
import fp8sim.cli.command.MultiplierCommand;
import fp8sim.cli.command.MultiplierGuide;
import fp8sim.common.ExitCode;
import fp8sim.common.OptionNames;
import fp8sim.common.Progress;
import fp8sim.experiment.CostTable;
import fp8sim.golden.GoldenCases;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.user.TableDialect;
import fp8sim.npy.Npy;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code matmul} and {@code multiplier}. */
class MultiplierCommandsTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ExitCode run(String... words) {
    return new Main(
            List.of(new MatmulCommand(), new MultiplierCommand()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Progress.NONE)
        .run(words);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private void write(String name, int rows, int columns, float... values) {
    Npy.write(folder.resolve(name), Tensor.ofFloats(Shape.of(rows, columns), values));
  }

  private ExitCode matmul(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("matmul", "--a", file("a.npy"), "--b", file("b.npy"), "--output", file("c")));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  private float[] product() {
    return Npy.read(folder.resolve("c")).toFloats();
  }

  @Test
  void matmulEqualsTheStudy() {
    for (GoldenCases.Case golden : GoldenCases.ofKind("approx_matmul_v9")) {
      Npy.write(
          folder.resolve("a.npy"),
          Tensor.ofFloats(Shape.of(golden.shape("a")), golden.floats("a")));
      Npy.write(
          folder.resolve("b.npy"),
          Tensor.ofFloats(Shape.of(golden.shape("b")), golden.floats("b")));
      List<String> words =
          new ArrayList<>(
              List.of(
                  "--format",
                  "e%dm%d"
                      .formatted(golden.integer("exponent_bits"), golden.integer("mantissa_bits")),
                  "--bias-a",
                  "" + golden.integer("bias_a"),
                  "--bias-b",
                  "" + golden.integer("bias_b"),
                  "--bias-result",
                  "" + golden.integer("bias_r"),
                  "--bias-policy",
                  "study",
                  "--multiplier",
                  multiplier(golden)));
      if (golden.flag("round_products")) {
        words.add("--round-products");
      }
      assertThat(matmul(words.toArray(String[]::new)))
          .as(err.toString(UTF_8))
          .isEqualTo(ExitCode.SUCCESS);
      float[] expected = golden.floats("expect");
      float[] actual = product();
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs(actual[i] - expected[i])).isLessThan(1e-6f * 17 * 16 * 16);
      }
    }
  }

  private static String multiplier(GoldenCases.Case golden) {
    return golden.flag("approximate")
        ? "study:compensation=%s,normalize-subnormals=%s"
            .formatted(
                golden.flag("compensation") ? golden.integer("compensation_bits") : "none",
                golden.flag("normalize_subnormals"))
        : "exact";
  }

  @Test
  void biasesOfColumns() {
    write("a.npy", 1, 2, 1, 2);
    write("b.npy", 2, 2, 1, 64, 1.5f, 96);
    assertThat(matmul("--format", "e3m4", "--bias-b", "4,-2")).isEqualTo(ExitCode.SUCCESS);
    assertThat(product()).containsExactly(4, 256);
    assertThat(matmul("--format", "e3m4", "--bias-b", "4,4,4")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void valuesOffTheGrid() {
    write("a.npy", 1, 1, 1.03f);
    write("b.npy", 1, 1, 1);
    assertThat(matmul("--format", "e3m4")).isEqualTo(ExitCode.INPUT);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("[0,0]", "--quantize-inputs");
    assertThat(matmul("--format", "e3m4", "--quantize-inputs")).isEqualTo(ExitCode.SUCCESS);
    assertThat(product()).containsExactly(1);
  }

  @Test
  void integersSaturate() {
    write("a.npy", 1, 2, 300, -300);
    write("b.npy", 2, 1, 1, 2);
    assertThat(matmul("--format", "int8", "--quantize-inputs")).isEqualTo(ExitCode.SUCCESS);
    assertThat(product()).containsExactly(127 - 256);
  }

  @Test
  void measuresTableAndPicture() throws Exception {
    String json = file("m.json");
    assertThat(
            run(
                "multiplier",
                "exact",
                "--format",
                "e3m4",
                "--table",
                file("t.npy"),
                "--heatmap",
                file("h.png"),
                "--json",
                json))
        .as(err.toString(UTF_8))
        .isEqualTo(ExitCode.SUCCESS);
    Tensor table = Npy.read(folder.resolve("t.npy"));
    assertThat(table.shape()).isEqualTo(Shape.of(256, 256));
    // Code 0x48 is 1.5 with bias 4; the sign bit negates.
    assertThat(table.toFloats()[0x48 << 8 | 0xC8]).isEqualTo(-2.25f);
    assertThat(ImageIO.read(folder.resolve("h.png").toFile()).getWidth()).isGreaterThan(512);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("error rate", "kappa");
    assertThat(folder.resolve("m.json")).content().contains("\"maxRelativeError\"", "\"nmed\"");
  }

  @Test
  void wrongUse() {
    assertThat(run("multiplier", "adder", "--format", "int8")).isEqualTo(ExitCode.USAGE);
    assertThat(run("multiplier", "--format", "e3m4")).isEqualTo(ExitCode.USAGE);
    assertThat(run("multiplier", "nothing", "--format", "e3m4")).isEqualTo(ExitCode.USAGE);
    assertThat(run("multiplier", "exact", "--format", "ofp8-e4m3", "--bias-a", "3"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void theListTellsEverythingAboutMultipliers() throws Exception {
    assertThat(run("multiplier", "--list", "--json", file("list.json")))
        .as(err.toString(UTF_8))
        .isEqualTo(ExitCode.SUCCESS);
    String list = out.toString(StandardCharsets.UTF_8);
    assertThat(list.lines()).allMatch(line -> line.length() <= 80);
    for (MultiplierEntry entry : Multipliers.ALL) {
      assertThat(list).contains("\n  " + entry.name() + "\n");
      String example = entry.help().example();
      assertThat(example.split(":", -1)[0]).isEqualTo(entry.name());
      if (!example.contains("file=")) {
        assertThat(Multipliers.parse(example).name()).startsWith(entry.name());
      }
    }
    for (TableDialect dialect : TableDialect.values()) {
      assertThat(list).contains("    " + OptionNames.of(dialect));
    }
    assertThat(Files.readString(folder.resolve("list.json"))).contains("\"drum:k=4\"");
    out.reset();
    run("multiplier", "--help");
    assertThat(out.toString(StandardCharsets.UTF_8)).endsWith(list);
    assertThat(run("multiplier", "mitchell")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--format is missing");
  }

  @Test
  void theExamplesOfTheListWork() throws Exception {
    Path source = folder.resolve("TwoBits.java");
    Files.writeString(source, MultiplierGuide.SOURCE_EXAMPLE);
    assertThat(run("multiplier", "source:file=" + source, "--format", "e4m3"))
        .as(err.toString(UTF_8))
        .isEqualTo(ExitCode.SUCCESS);
    Path cost = folder.resolve("cost.json");
    Files.writeString(cost, MultiplierGuide.COST_EXAMPLE);
    assertThat(CostTable.read(cost).of("drum:k=4")).isEqualTo(0.45);
  }

  @Test
  void integerMultipliersReportEvoApproxLibsPercentages() {
    assertThat(run("multiplier", "mitchell", "--format", "int8", "--unsigned"))
        .isEqualTo(ExitCode.SUCCESS);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("MAE % +0.925290")
        .containsPattern("WCE % +6.25000")
        .containsPattern("\\(MRED\\) +0.0378783")
        .containsPattern("\\(bias\\) +-0.0378783");
  }
}
