package fp8sim;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.launch.JvmCommand;
import fp8sim.launch.Launcher;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Names of classes and packages in texts and files, where no compiler sees that they are out of
 * date: {@code jvm.options} above all, which then slows kernels down without a word.
 */
class ClassNamesTest {
  private static final String ROOT = "fp8sim";

  /** Where sources of classes lie, those of TornadoVM's backend included, compiled or not. */
  private static final List<Path> SOURCES =
      Stream.of("src/main/java", "src/test/java", "src/tornado/java", "src/tornado/test")
          .map(Path::of)
          .toList();

  private static final List<Path> RESOURCES =
      Stream.of("src/main/resources", "src/main/resources-filtered", "src/test/resources")
          .map(Path::of)
          .toList();

  /** System properties and files of ours: names that are no classes. */
  private static final Set<String> OTHERS =
      Set.of(
          "fp8sim.encoded-words",
          "fp8sim.evoapproxlib",
          "fp8sim.exports",
          "fp8sim.fuzz.files",
          "fp8sim.fuzz.first",
          "fp8sim.fuzz.mutants",
          "fp8sim.fuzz.processes",
          "fp8sim.fuzz.stack",
          "fp8sim.golden.update",
          "fp8sim.jar",
          "fp8sim.jsa",
          "fp8sim.maven.java.home",
          "fp8sim.parent",
          "fp8sim.shared",
          "fp8sim.vector-bits");

  private static final Set<String> SKIPPED_FOLDERS = Set.of(".git", "target", ".idea", ".vscode");

  /** What may hold names; models and images do not. */
  private static final Pattern TEXT_FILES =
      Pattern.compile(
          ".*\\.(java|xml|md|json|options|args|txt|ya?ml|py|sh|cff|html|js)|fp8sim|run|[A-Z]+"
              + "|fp8sim\\.[\\w.]+");

  /** A name or path that starts with the root package; wildcards of Maven included. */
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w./$}-])/?(" + ROOT + "(?:[./][\\w$*-]+)+)");

  /** A path of a source file or folder of ours. */
  private static final Pattern PATH = Pattern.compile("(?<![\\w./}-])src/[a-z]+(?:/[\\w.-]+)*");

  /** Names that the compiler sees. */
  private static final Pattern SEEN = Pattern.compile("(import|package) .*");

  private record Mention(Path file, int line, String name) {}

  /** Where {@code pattern} occurs in files, lines that the compiler sees left out. */
  private static List<Mention> mentions(Pattern pattern) throws IOException {
    List<Mention> mentions = new ArrayList<>();
    for (Path file : textFiles()) {
      List<String> lines = Files.readString(file, StandardCharsets.UTF_8).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (!SEEN.matcher(lines.get(i)).matches()) {
          Matcher matcher = pattern.matcher(lines.get(i));
          while (matcher.find()) {
            mentions.add(new Mention(file, i + 1, matcher.group(matcher.groupCount())));
          }
        }
      }
    }
    return mentions;
  }

  private static List<Path> textFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        Path.of(""),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean skipped = SKIPPED_FOLDERS.contains(folder.getFileName().toString());
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            boolean own = file.getFileName().toString().equals("ClassNamesTest.java");
            if (!own && TEXT_FILES.matcher(file.getFileName().toString()).matches()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  @Test
  void everyNameInATextIsThatOfSomething() throws IOException {
    List<Mention> mentions = mentions(NAME);
    assertThat(mentions).hasSizeGreaterThan(50);
    assertThat(mentions).filteredOn(mention -> !exists(mention.name())).isEmpty();
  }

  @Test
  void everyPathOfASourceInATextExists() throws IOException {
    List<Mention> mentions = mentions(PATH);
    assertThat(mentions).hasSizeGreaterThan(10);
    assertThat(mentions).filteredOn(mention -> !Files.exists(Path.of(mention.name()))).isEmpty();
  }

  /** Whether a text names a class, a package, a resource, a source file or one of the others. */
  private static boolean exists(String text) {
    String name = text.replaceFirst("[.]+$", "");
    return OTHERS.contains(name)
        || (name.contains("*") ? !matches(name).isEmpty() : isSource(name) || isResource(name));
  }

  private static boolean isSource(String name) {
    String path = name.replace('.', '/').replaceFirst("[$].*|/(java|class)$", "");
    return SOURCES.stream()
        .anyMatch(
            folder ->
                Files.isDirectory(folder.resolve(path))
                    || Stream.of(path, withoutLast(path))
                        .anyMatch(type -> Files.exists(folder.resolve(type + ".java"))));
  }

  /** What the last part may be: a nested class or a member. */
  private static String withoutLast(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  private static boolean isResource(String name) {
    return RESOURCES.stream().anyMatch(folder -> Files.exists(folder.resolve(name)));
  }

  /** The sources of a pattern of Maven's, where two asterisks may also stand for no folder. */
  private static Set<Path> matches(String pattern) {
    String glob = pattern.replace(".class", ".java").replace("**/", "{,**/}");
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    Set<Path> matching = new TreeSet<>();
    for (Path folder : SOURCES) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.map(folder::relativize).filter(matcher::matches).forEach(matching::add);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return matching;
  }

  @Test
  void theCheckKnowsWhatDoesNotExist() {
    assertThat(exists("fp8sim.Nothing")).isFalse();
    assertThat(exists("fp8sim.nothing.Launcher")).isFalse();
    assertThat(exists("fp8sim/nothing/*Test.java")).isFalse();
    assertThat(exists("fp8sim.nothing.")).isFalse();
    assertThat(exists("fp8sim/report/nothing.css")).isFalse();
    assertThat(exists("fp8sim.ClassNamesTest.SOURCES")).isTrue();
    assertThat(exists("fp8sim/ClassNames*.java")).isTrue();
    Matcher matcher = NAME.matcher("-Dx=fp8sim.a.B (fp8sim.c.) \"/fp8sim/e\"");
    List<String> names = new ArrayList<>();
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    assertThat(names).containsExactly("fp8sim.a.B", "fp8sim.c", "fp8sim/e");
  }

  /** A method that is inlined after all costs speed and says nothing. */
  @Test
  void methodsThatMustNotBeInlinedExist() throws Exception {
    Pattern option = Pattern.compile("-XX:CompileCommand=dontinline,([\\w.$]+)::(.+)");
    List<String> lines = lines("src/main/resources/fp8sim/jvm.options", "dontinline");
    assertThat(lines).isNotEmpty();
    for (String line : lines) {
      Matcher matcher = option.matcher(line);
      assertThat(matcher.matches()).as(line).isTrue();
      Class<?> type = Class.forName(matcher.group(1), false, getClass().getClassLoader());
      assertThat(type.getDeclaredMethods())
          .as(line)
          .anyMatch(
              method ->
                  !method.isSynthetic()
                      && (matcher.group(2).equals("*")
                          || method.getName().equals(matcher.group(2))));
    }
  }

  private static List<String> lines(String file, String part) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines.filter(line -> line.contains(part)).toList();
    }
  }

  @Test
  void servicesExist() throws Exception {
    ClassLoader loader = getClass().getClassLoader();
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/META-INF/services"))) {
      for (Path file : files.toList()) {
        Class<?> service = Class.forName(file.getFileName().toString(), false, loader);
        List<String> providers = Files.readAllLines(file);
        assertThat(providers).isNotEmpty();
        for (String provider : providers) {
          Class<?> type = Class.forName(provider, false, loader);
          assertThat(service).isAssignableFrom(type);
          assertThat(Modifier.isPublic(type.getConstructor().getModifiers())).isTrue();
        }
      }
    }
  }

  @Test
  void whatTheBuildRunsExists() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    List<String> mains = new ArrayList<>(all("<mainClass>([^<]+)<", pom));
    assertThat(mains).hasSize(1);
    List<String> scripts = all("-cp \"\\$jar\" ([\\w.]+)", Files.readString(Path.of("fp8sim")));
    assertThat(scripts).hasSize(2);
    mains.addAll(scripts);
    mains.add(Launcher.MAIN);
    mains.add(JvmCommand.PROGRAM);
    for (String main : mains) {
      assertThat(Class.forName(main).getMethod("main", String[].class)).as(main).isNotNull();
    }
    List<String> loaders = all("-Djava.system.class.loader=([\\w.]+)", pom);
    assertThat(loaders).hasSize(1);
    Class<?> loader = Class.forName(loaders.getFirst());
    assertThat(ClassLoader.class).isAssignableFrom(loader);
    assertThat(loader.getConstructor(ClassLoader.class)).isNotNull();
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** Any Java can load the one class that the build compiles apart. */
  @Test
  void theLauncherIsCompiledForOldJava() throws IOException {
    String name = Launcher.class.getName().replace('.', '/');
    String pom = Files.readString(Path.of("pom.xml"));
    assertThat(all("<exclude>(fp8sim/[^<]+)</exclude>", pom)).containsExactly(name + ".java");
    assertThat(all("<include>(fp8sim/[^<*]*Launcher[^<]*)</include>", pom))
        .containsExactly(name + ".java");
  }

  /** Kernels of other vector widths and with checked memory: no contract is left out. */
  @Test
  void theBuildRunsEveryContractOfVectorsAgain() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    Set<Path> contracts = matches("**/Simd*Test.java");
    assertThat(contracts).hasSizeGreaterThan(10);
    for (String execution : List.of("vectors-of-128-bits", "bounded-memory")) {
      String part = pom.substring(pom.indexOf("<id>" + execution + "</id>"));
      part = part.substring(0, part.indexOf("</execution>"));
      Set<Path> run = new TreeSet<>();
      all("<include>([^<]+)</include>", part).forEach(include -> run.addAll(matches(include)));
      assertThat(run).as(execution).containsAll(contracts);
      if (execution.equals("bounded-memory")) {
        assertThat(run).containsAll(matches("**/kernel/simd/**/*Test.java"));
      }
    }
  }
}
