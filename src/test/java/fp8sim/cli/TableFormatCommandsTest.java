package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.common.JsonFile;
import fp8sim.npy.Npy;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Formats that are tables, and those of P3109, in the commands. */
class TableFormatCommandsTest {
  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Cli succeeds(Cli cli) {
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    return cli;
  }

  @Test
  void quantizeRoundsToAFile() throws IOException {
    Path x = folder.resolve("x.npy");
    Path y = folder.resolve("y.npy");
    Path codes = folder.resolve("codes.npy");
    Npy.write(x, Tensor.ofFloats(Shape.of(2, 3), 0.3f, -1.9f, 100f, -0.04f, 0.25f, -3f));
    Path table = write("table.csv", "code,value\n0,0\n1,1\n2,4\n3,-1\n4,-4\n");
    succeeds(
        Cli.run(
            "quantize",
            "--input",
            x,
            "--output",
            y,
            "--codes",
            codes,
            "--maxval",
            "2,8",
            "--format",
            "table:" + table));
    // Scales 0.5 and 2.
    assertThat(Npy.read(y).toFloats()).containsExactly(0.5f, -2f, 2f, 0f, 0f, -2f);
    byte[] bytes = new byte[6];
    Npy.read(codes).data().asByteBuffer().get(bytes);
    assertThat(bytes).containsExactly(1, 4, 2, 0, 0, 3);
  }

  @ParameterizedTest
  @CsvSource({"posit8", "hif8", "lns8", "nf4", "binary8p3se", "binary6p2uf"})
  void everyCommandTakesThem(String format) {
    succeeds(Cli.run("format-error", "--format", format));
    succeeds(Cli.run("inspect", "--model", "fashion-resnet", "--format", format));
    succeeds(Cli.run("multiplier", "exact", "--format", format));
  }

  /** A table of exact products, by codes, is the exact multiplier. */
  @Test
  void productsOfCodesComeFromFiles() throws IOException {
    Path a = folder.resolve("a.npy");
    Path b = folder.resolve("b.npy");
    Npy.write(a, Tensor.ofFloats(Shape.of(2, 3), 0.5f, -1.25f, 3f, 2f, 0f, -16f));
    Npy.write(b, Tensor.ofFloats(Shape.of(3, 1), 1.5f, 0.0625f, -2f));
    Path table = folder.resolve("table.npy");
    succeeds(Cli.run("multiplier", "exact", "--format", "posit8", "--table", table));
    Path source =
        write("First.java", "class First { int multiply(int codeA, int codeB) { return codeA; } }");
    for (String multiplier :
        new String[] {"exact", "table:file=" + table, "source:file=" + source}) {
      Path out = folder.resolve("out.npy");
      succeeds(
          Cli.run(
              "matmul",
              "--a",
              a,
              "--b",
              b,
              "--output",
              out,
              "--format",
              "posit8",
              "--multiplier",
              multiplier,
              "--accumulator",
              "exact"));
      boolean isSource = multiplier.startsWith("source");
      float[] expected = isSource ? new float[] {2.25f, -14f} : new float[] {-5.328125f, 35f};
      assertThat(Npy.read(out).toFloats()).as(multiplier).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"mitchell", "adder", "study", "lmul", "drum:k=3"})
  void significandsAreRefused(String multiplier) {
    Cli.run("multiplier", multiplier, "--format", "posit8").refuses(ExitCode.USAGE, "posit8");
    Cli.run("eval", "--model", "fashion-resnet", "--format", "hif8", "--multiplier", multiplier)
        .refuses(ExitCode.USAGE, multiplier.split(":", 2)[0], "hif8");
  }

  @Test
  void whatTablesDoNotHaveIsRefused() throws IOException {
    Cli.run("multiplier", "exact", "--format", "posit8", "--bias-a", "3")
        .refuses(ExitCode.USAGE, "--bias-a", "posit8 has no bias");
    Cli.run("multiplier", "exact", "--format", "nf4", "--round-products")
        .refuses(ExitCode.USAGE, "--round-products", "--result-format");
    Path table = write("bad.txt", "1 2 1");
    Cli.run("format-error", "--format", "table:" + table)
        .refuses(ExitCode.INPUT, "bad.txt", "codes 0 and 2");
  }

  /** Names of tables in a configuration start at its folder. */
  @Test
  void tablesOfConfigurationsAndSweeps() throws IOException {
    write("in/values.txt", "0 1 2 4 -1 -2 -4");
    Path config =
        write(
            "in/c.json",
            """
            {"schema": 1, "model": "fashion-resnet", "format": "table:values.txt:fit=3",
             "layer": ["*f.0.0*:weights=[table:values.txt]"], "limit": 4,
             "calibration-batches": 1}
            """);
    Path result = folder.resolve("out/result.json");
    Files.createDirectories(result.getParent());
    succeeds(Cli.run("eval", "--config", config, "--json", result));
    String again =
        JsonFile.read(result).getAsJsonObject("configuration").get("format").getAsString();
    assertThat(again).endsWith("in/values.txt:fit=3");
    succeeds(Cli.run("eval", "--config", result));
    Path plan =
        write(
            "in/plan.json",
            """
            {"schema": 1, "name": "tables", "base": {"model": "fashion-resnet", "limit": 4,
             "calibration-batches": 1},
             "axes": {"format": ["posit8", "table:values.txt", "binary8p4se"]}}
            """);
    Path output = folder.resolve("sweep");
    succeeds(Cli.run("sweep", "--plan", plan, "--output", output));
    assertThat(Files.readString(output.resolve("results.csv"))).contains("values.txt");
  }
}
