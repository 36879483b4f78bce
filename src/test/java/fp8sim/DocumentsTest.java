package fp8sim;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.format.TableFormats;
import fp8sim.multiplier.model.Multipliers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever the documents point at exists, and they name what they must. */
class DocumentsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Path DOCS = ROOT.resolve("docs");
  private static final Path SEMANTICS = DOCS.resolve("semantics.md");
  private static final Path ARCHITECTURE = DOCS.resolve("architecture.md");
  private static final Path ROOMS = ROOT.resolve("src/main/java/fp8sim");

  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

  /** A path from a folder or a file of the project's root. */
  private static final Pattern PATH =
      Pattern.compile(
          "(?:src|docs|models|data-loaders|tornado-config|\\.ci|\\.github)(?:/[\\w.-]+)*/?"
              + "|[A-Z]+\\.(?:md|cff)|pom\\.xml|mvnw");

  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern NUMBERED = Pattern.compile("(?m)^#+ (\\d+(?:\\.\\d+)?)\\.? .*$");
  private static final Pattern CITATION =
      Pattern.compile("docs/semantics\\.md,? section (\\d+(?:\\.\\d+)?)");
  private static final Pattern SECTION =
      Pattern.compile("\\bsections? (\\d+(?:\\.\\d+)?)|\\((\\d\\.\\d)\\)");

  /** A document by a name in capitals, as there were outside the project. */
  private static final Pattern FOREIGN =
      Pattern.compile(
          "\\b[A-Z]{5,}(?:\\.md)? sections?"
              + " \\d|\\b(?!README|CONTRIBUTING|CHANGELOG)[A-Z]{3,}\\.md\\b");

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z/]+)/` \\|(.*)\\| `(\\w+)` \\|$");

  @Test
  void linksLeadSomewhereInTheProject() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      for (String link : all(LINK, read(document))) {
        if (!link.matches("(https?|mailto):.*") && !leadsSomewhere(document, link)) {
          broken.add(ROOT.relativize(document) + ": " + link);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target =
        file.isEmpty() ? document : document.resolveSibling(file).toAbsolutePath().normalize();
    boolean exists = target.startsWith(ROOT) && Files.exists(target);
    return exists && (hash < 0 || anchors(read(target)).contains(link.substring(hash + 1)));
  }

  /** The anchors of headings as GitHub makes them. */
  private static Set<String> anchors(String text) {
    Set<String> anchors = new TreeSet<>();
    for (String heading : all(HEADING, text)) {
      String kept = heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "");
      anchors.add(kept.strip().replace(' ', '-'));
    }
    return anchors;
  }

  @Test
  void pathsExist() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Path document : documents()) {
      for (String code : all(CODE, read(document))) {
        if (PATH.matcher(code).matches() && !Files.exists(ROOT.resolve(code))) {
          missing.add(ROOT.relativize(document) + ": " + code);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void sectionsThatAreCitedExist() throws IOException {
    Set<String> sections = new TreeSet<>(all(NUMBERED, read(SEMANTICS)));
    assertThat(sections).contains("1", "2.5", "5.2", "7");
    List<String> wrong = new ArrayList<>();
    int citations = 0;
    for (Path source : files(ROOT.resolve("src"), ".java")) {
      for (String section : all(CITATION, withoutLineBreaks(read(source)))) {
        citations++;
        if (!sections.contains(section)) {
          wrong.add(ROOT.relativize(source) + ": section " + section);
        }
      }
    }
    for (String section : all(SECTION, read(SEMANTICS))) {
      if (!sections.contains(section)) {
        wrong.add("docs/semantics.md: section " + section);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(citations).isPositive();
  }

  @Test
  void nothingCitesDocumentsThatAreElsewhere() throws IOException {
    List<String> foreign = new ArrayList<>();
    for (Path source : files(ROOT.resolve("src"), ".java")) {
      FOREIGN
          .matcher(withoutLineBreaks(read(source)))
          .results()
          .map(MatchResult::group)
          .forEach(citation -> foreign.add(ROOT.relativize(source) + ": " + citation));
    }
    assertThat(foreign).isEmpty();
  }

  @Test
  void theTableOfRoomsIsThatOfTheSources() throws IOException {
    Map<String, String> rows = new HashMap<>();
    List<String> missing = new ArrayList<>();
    ROW.matcher(read(ARCHITECTURE))
        .results()
        .forEach(
            row -> {
              rows.put(row.group(1), row.group(2));
              String first = row.group(1) + "/" + row.group(3) + ".java";
              if (!Files.exists(ROOMS.resolve(first))) {
                missing.add(first);
              }
            });
    assertThat(rows).hasSizeGreaterThan(20);
    assertThat(missing).isEmpty();
    List<String> unnamed = new ArrayList<>();
    for (Path room : files(ROOMS, "package-info.java")) {
      String name = ROOMS.relativize(room.getParent()).toString().replace('\\', '/');
      String parent = name.replaceFirst("/?[^/]*$", "");
      String own = "`" + name.substring(name.lastIndexOf('/') + 1) + "`";
      boolean named = rows.containsKey(name) || rows.getOrDefault(parent, "").contains(own);
      if (!name.isEmpty() && !named) {
        unnamed.add(name);
      }
    }
    assertThat(unnamed).isEmpty();
  }

  @Test
  void everyFormatAndMultiplierIsDefined() throws IOException {
    String semantics = read(SEMANTICS);
    String formats = between(semantics, "## 1. ", "## 2. ");
    for (Format format : formats()) {
      assertThat(formats).contains("`" + format.name() + "`");
      assertThat(read(DOCS.resolve("cli.md"))).contains("`" + format.name() + "`");
    }
    String multipliers = between(semantics, "### 5.2 ", "### 5.3 ");
    Multipliers.ALL.forEach(
        entry -> assertThat(multipliers).containsPattern("`" + entry.name() + "[`:]"));
  }

  private static List<Format> formats() {
    List<Format> all = new ArrayList<>(Formats.NAMED);
    all.add(Formats.parse("binary8p3se"));
    all.addAll(TableFormats.named());
    return all;
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from);
    int end = text.indexOf(to);
    assertThat(start).as(from).isNotNegative();
    assertThat(end).as(to).isGreaterThan(start);
    return text.substring(start, end);
  }

  /** Comments as if each were one line. */
  private static String withoutLineBreaks(String source) {
    return source.replaceAll("\\s*\\n\\s*(?:\\*|//)?\\s*", " ");
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(files(DOCS, ".md"));
    for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      documents.add(ROOT.resolve(name));
    }
    documents.add(ROOT.resolve("data-loaders/README.md"));
    documents.add(ROOT.resolve("tornado-config/README.md"));
    return documents;
  }

  private static List<Path> files(Path folder, String end) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  /** The first group that matched, of every match. */
  private static List<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
        .toList();
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
