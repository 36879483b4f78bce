import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Formats every Java file under {@code src} with google-java-format, or checks that it is
 * formatted.
 *
 * <p>The formatter parses with the compiler of the Java that runs it, which must know the language
 * of our sources. Maven may run on an older Java, so no formatter inside Maven will do.
 */
final class FormatSources {
  private FormatSources() {}

  /** The only word is {@code check} or {@code write}. */
  public static void main(String[] words) throws IOException {
    boolean succeeded =
        switch (String.join(" ", words)) {
          case "check" -> check();
          case "write" -> format("--replace", new PrintWriter(System.out, true));
          default -> throw new IllegalArgumentException("the word must be check or write");
        };
    System.exit(succeeded ? 0 : 1);
  }

  /** Whether every file is formatted; names those that are not. */
  private static boolean check() throws IOException {
    StringWriter names = new StringWriter();
    boolean parsed = format("--dry-run", new PrintWriter(names, true));
    if (names.toString().isEmpty()) {
      return parsed;
    }
    System.err.println("Not formatted; format with: mvn -q validate exec:exec@format");
    System.err.print(names);
    return false;
  }

  private static boolean format(String action, PrintWriter out) throws IOException {
    List<String> words = new ArrayList<>(List.of(action));
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      files.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().forEach(words::add);
    }
    ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
    PrintWriter err = new PrintWriter(System.err, true);
    return formatter.run(out, err, words.toArray(String[]::new)) == 0;
  }
}
