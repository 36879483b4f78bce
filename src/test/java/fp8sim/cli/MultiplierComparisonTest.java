package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import fp8sim.common.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several multipliers in one call, their files, and distributions of operands. */
class MultiplierComparisonTest {
  @TempDir Path folder;

  private Path file(String name) {
    return folder.resolve(name);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(file(name), text);
  }

  private static Cli succeeds(Cli cli) {
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    return cli;
  }

  private JsonObject json(Object... words) throws IOException {
    List<Object> all = new ArrayList<>(List.of("multiplier"));
    all.addAll(List.of(words));
    all.addAll(List.of("--json", file("result.json")));
    succeeds(Cli.run(all.toArray()));
    return JsonParser.parseString(Files.readString(file("result.json"))).getAsJsonObject();
  }

  private static List<String> names(JsonObject result) {
    List<String> names = new ArrayList<>();
    for (JsonElement row : result.getAsJsonArray("compared")) {
      names.add(row.getAsJsonObject().get("multiplier").getAsString());
    }
    return names;
  }

  @Test
  void multipliersAreSorted() throws IOException {
    Object[] words = {"drum:k=3", "mitchell", "exact", "truncated:k=4", "--format", "int8"};
    JsonObject byDefault = json(words);
    assertThat(names(byDefault)).containsExactly("exact", "truncated:k=4", "mitchell", "drum:k=3");
    JsonObject first =
        json("truncated:k=4", "--format", "int8"); // alone, its measures are the result's own
    JsonObject row = byDefault.getAsJsonArray("compared").get(1).getAsJsonObject();
    for (String key : List.of("meanRelativeError", "variance", "nmed", "maePercent", "kappa")) {
      assertThat(row.get(key)).isEqualTo(first.get(key));
    }
    List<Object> byWorst = new ArrayList<>(List.of(words));
    byWorst.addAll(List.of("--sort", "maxRelativeError"));
    assertThat(names(json(byWorst.toArray()))).endsWith("truncated:k=4");
  }

  @Test
  void filesForPapers() throws IOException {
    succeeds(
        Cli.run(
            "multiplier",
            "adder:overflow=wrap,underflow=keep-fraction",
            "mitchell",
            "--format",
            "e3m4",
            "--csv",
            file("m.csv"),
            "--latex",
            file("m.tex")));
    List<String> csv = Files.readAllLines(file("m.csv"));
    assertThat(csv).hasSize(3);
    assertThat(csv.get(0)).startsWith("multiplier,pairs,").contains(",variance,");
    assertThat(csv.get(2)).startsWith("\"adder:overflow=wrap,underflow=keep-fraction\",");
    String latex = Files.readString(file("m.tex"));
    assertThat(latex)
        .startsWith("\\begin{tabular}{lrrrrrrrrr}\n\\toprule\nmultiplier & MRED & ")
        .contains("\\texttt{mitchell} & $0.03")
        .endsWith("\\bottomrule\n\\end{tabular}\n");
    assertThat(latex.lines().filter(line -> line.endsWith("\\\\"))).hasSize(3);
  }

  @Test
  void thePageHoldsEveryProduct() throws IOException {
    succeeds(
        Cli.run(
            "multiplier",
            "mitchell",
            "exact",
            "--format",
            "int4",
            "--unsigned",
            "--page",
            file("m.html")));
    String page = Files.readString(file("m.html"));
    int from = page.indexOf("id=\"data\">") + "id=\"data\">".length();
    JsonObject data =
        JsonParser.parseString(page.substring(from, page.indexOf("</script>", from)))
            .getAsJsonObject();
    JsonArray multipliers = data.getAsJsonArray("multipliers");
    assertThat(multipliers).hasSize(2);
    JsonObject mitchell = multipliers.get(1).getAsJsonObject();
    assertThat(mitchell.get("name").getAsString()).isEqualTo("mitchell");
    ByteBuffer products =
        ByteBuffer.wrap(Base64.getDecoder().decode(mitchell.get("products").getAsString()))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(products.capacity()).isEqualTo(16 * 16 * Float.BYTES);
    // 6 * 6: (4 + 2)(4 + 2) without the product of the fractions, 4 * 4 * (1 + 1/2 + 1/2).
    assertThat(products.getFloat((6 * 16 + 6) * Float.BYTES)).isEqualTo(32);
    assertThat(mitchell.getAsJsonObject("measures").get("kappa").getAsLong()).isPositive();
  }

  @Test
  void kappasOfP3109() throws IOException {
    succeeds(
        Cli.run(
            "multiplier",
            "mitchell",
            "drum:k=3",
            "--format",
            "binary8p3se",
            "--round-products",
            "--kappas",
            file("Kappas.yaml")));
    assertThat(Files.readString(file("Kappas.yaml")))
        .startsWith("---\n")
        .contains("  Multiply_drum_k_3:\n", "  Multiply_mitchell:\n")
        .contains("    Approximates: \"Multiply{fx, fy, fr, ρ}\"\n")
        .contains("{ interval: \"[ -Inf, Inf ]\", kappa: 1 }", "- \"fr == Binary8p3se\"\n");
    Cli.run("multiplier", "mitchell", "--format", "e4m3", "--kappas", file("k.yaml"))
        .refuses(ExitCode.USAGE, "P3109", "e4m3");
    assertThat(file("k.yaml")).doesNotExist();
  }

  @Test
  void wrongUse() {
    Cli.run("multiplier", "exact", "mitchell", "--format", "e4m3", "--table", file("t.npy"))
        .refuses(ExitCode.USAGE, "--table", "single multiplier");
    Cli.run("multiplier", "exact", "--format", "e4m3", "--sort", "kappa")
        .refuses(ExitCode.USAGE, "--sort");
    Cli.run("multiplier", "exact", "mitchell", "--format", "e4m3", "--sort", "nothing")
        .refuses(ExitCode.USAGE, "--sort", "meanRelativeError");
    Cli.run("multiplier", "exact", "--format", "int12", "--page", file("p.html"))
        .refuses(ExitCode.USAGE);
  }

  @Test
  void countsOfCodes() throws IOException {
    Path codes =
        write("codes.csv", "code,count\n# positive ones\n0x40, 3\n68,1\n"); // 1 and 1.5 with bias 8
    JsonObject byCode = json("mitchell", "--format", "e4m3", "--distribution", codes);
    Path values = write("values.csv", "value;count\n1;30\n1.5;1e1\n");
    JsonObject byValue = json("mitchell", "--format", "e4m3", "--distribution", values);
    for (String key : List.of("pairs", "meanRelativeError", "variance", "errorProbability")) {
      assertThat(byValue.get(key).getAsDouble())
          .isEqualTo(byCode.get(key).getAsDouble(), within(1e-12));
    }
    // Mitchell multiplies by powers of two exactly; 3 of 4 times B is one.
    JsonObject half =
        json(
            "mitchell",
            "--format",
            "e4m3",
            "--distribution",
            codes,
            "--distribution-a",
            write("a.csv", "value,count\n1.5,1\n"));
    assertThat(half.get("errorProbability").getAsDouble()).isEqualTo(0.25);
    assertThat(half.get("bias").getAsDouble()).isEqualTo((2 - 2.25) / 4, within(1e-12));
  }

  @Test
  void badCounts() throws IOException {
    for (String text :
        List.of(
            "code,count\n256,1\n",
            "code,count\n-1,1\n",
            "1,2,3\n",
            "1,x\n",
            "1,-2\n",
            "code,count\n",
            "value,count\n0.3,1\n")) {
      Cli.run("multiplier", "exact", "--format", "e4m3", "--distribution", write("bad.csv", text))
          .refuses(ExitCode.INPUT, "bad.csv");
    }
    Files.write(file("bytes.csv"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1});
    Cli.run("multiplier", "exact", "--format", "e4m3", "--distribution", file("bytes.csv"))
        .refuses(ExitCode.INPUT, "bytes.csv", "UTF-8");
    Cli.run("multiplier", "exact", "--format", "e4m3", "--distribution", file("none.csv"))
        .refuses(ExitCode.INPUT, "none.csv");
  }

  @Test
  void codesOfLayers() throws IOException {
    String layer = "fashion-resnet:/f/f.0/f.0.0/Conv";
    JsonObject uniform = json("mitchell", "--format", "e4m3");
    JsonObject weights =
        json("mitchell", "--format", "e4m3", "--distribution", "weights-of:" + layer);
    JsonObject inputs =
        json(
            "mitchell",
            "--format",
            "e4m3",
            "--distribution",
            "weights-of:" + layer,
            "--distribution-a",
            "inputs-of:" + layer);
    long pairs = weights.get("pairs").getAsLong();
    assertThat(pairs).isLessThan(uniform.get("pairs").getAsLong());
    assertThat(inputs.get("pairs").getAsLong()).isBetween(1L, pairs - 1);
    Cli.run(
            "multiplier",
            "exact",
            "--format",
            "e4m3",
            "--distribution",
            "weights-of:" + layer + "x")
        .refuses(
            ExitCode.USAGE, layer.substring(layer.indexOf(':') + 1), "inspect lists all layers");
    Cli.run(
            "multiplier",
            "exact",
            "--format",
            "int8",
            "--unsigned",
            "--distribution",
            "weights-of:" + layer)
        .refuses(ExitCode.USAGE, "int8");
  }
}
