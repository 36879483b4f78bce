package fp8sim.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents tell which operators there are. */
class OperatorsDocumentTest {
  private static final Pattern NAME = Pattern.compile("`([A-Za-z0-9_]+)`");
  private static final Pattern DOMAIN = Pattern.compile("Domain `([a-z.]+)`");
  private static final Pattern COUNT = Pattern.compile("\\[(\\d+) ONNX operators]");

  @Test
  void theTableHoldsEveryOperatorOnce() throws IOException {
    List<String> names = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("docs/operators.md"))) {
      if (line.startsWith("| ")) {
        String[] cells = line.split("\\|", 0);
        Matcher named = DOMAIN.matcher(cells[1]);
        String domain = named.find() ? named.group(1) : "";
        NAME.matcher(cells[2]).results().forEach(name -> names.add(domain + ":" + name.group(1)));
      }
    }
    assertThat(names).containsExactlyInAnyOrderElementsOf(OperatorTable.names());
  }

  @Test
  void theReadmeCountsThem() throws IOException {
    assertThat(COUNT.matcher(Files.readString(Path.of("README.md"))).results())
        .extracting(MatchResult::group)
        .containsExactly("[" + OperatorTable.names().size() + " ONNX operators]");
  }
}
