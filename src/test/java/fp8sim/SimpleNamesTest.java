package fp8sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One name, one thing: a reader who meets a class by its simple name knows which one it is. */
class SimpleNamesTest {
  @Test
  void noTwoClassesHaveOneName() throws IOException {
    Map<String, List<Path>> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(Path.of("src"))) {
      all.filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("package-info.java"))
          .forEach(
              file ->
                  files
                      .computeIfAbsent(file.getFileName().toString(), name -> new ArrayList<>())
                      .add(file));
    }
    assertThat(files).hasSizeGreaterThan(500);
    assertThat(files.values()).filteredOn(same -> same.size() > 1).isEmpty();
  }
}
