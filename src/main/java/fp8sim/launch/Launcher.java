package fp8sim.launch;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UnsupportedEncodingException;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts fp8sim from {@code java -jar fp8sim.jar}.
 *
 * <p>A manifest cannot ask for the Vector API module, so this class starts the same Java again with
 * the options of {@code jvm.options}, input and output shared, and ends as that process ends. It is
 * compiled for Java 8 so that an older Java says what is missing instead of failing to load it.
 */
public final class Launcher {
  private static final int NOT_USABLE = 4;

  /** The program itself, by name: this class is compiled apart from it and for an older Java. */
  public static final String MAIN = "fp8sim.cli.Main";

  // As in JvmCommand, which an old Java cannot load.
  static final String PARENT = "fp8sim.parent";
  static final String ENCODED_WORDS = "fp8sim.encoded-words";

  private static final String NEEDED_CLASS = "jdk.incubator.vector.FloatVector";
  private static final long GRACE_SECONDS = 10;

  private static volatile boolean interrupted;

  /** The process that does the work; null before it is started. */
  private static volatile Process child;

  private Launcher() {}

  public static void main(String[] words) throws Exception {
    int needed = neededJava();
    if (javaVersion() < needed) {
      System.err.println(
          "fp8sim: needs Java "
              + needed
              + " or newer, but this is Java "
              + System.getProperty("java.version")
              + "; install a JDK "
              + needed
              + " (such as Eclipse Temurin) and call its java, or use the fp8sim script, which"
              + " finds it");
      System.exit(NOT_USABLE);
    }
    if (hasModule()) {
      Class.forName(MAIN).getMethod("main", String[].class).invoke(null, (Object) words);
    } else {
      end(runAgain(words));
    }
  }

  /** The oldest Java that will do, as the build has noted it. */
  private static int neededJava() throws IOException {
    Properties versions = new Properties();
    try (InputStream stream = Launcher.class.getResourceAsStream("/fp8sim/versions.properties")) {
      versions.load(stream);
    }
    return Integer.parseInt(versions.getProperty("java"));
  }

  private static int javaVersion() {
    String version = System.getProperty("java.specification.version");
    return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
  }

  private static boolean hasModule() {
    try {
      Class.forName(NEEDED_CLASS, false, Launcher.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static int runAgain(String[] words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command(words)).inheritIO();
    if (readsOnlyAscii()) {
      builder.environment().put("LC_ALL", "C.UTF-8");
    }
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(Launcher::endChild));
    } catch (IllegalStateException e) {
      // A signal has come already: there is nothing to start.
      waitForever();
    }
    Process started = builder.start();
    child = started;
    if (interrupted) {
      started.destroy();
    }
    return started.waitFor();
  }

  /** Passes a signal on. Ctrl-C reaches both processes; the exit code is that of the signal. */
  private static void endChild() {
    interrupted = true;
    Process running = child;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        running.destroyForcibly();
      }
    } catch (InterruptedException e) {
      running.destroyForcibly();
    }
  }

  /**
   * Ends as the child has ended, or as the signal has it that is ending this process. An exit
   * during that end would fail to log itself, so this is no exit.
   */
  private static void end(int code) throws InterruptedException {
    if (interrupted) {
      waitForever();
    }
    Runtime.getRuntime().halt(code);
  }

  private static void waitForever() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private static List<String> command(String[] words) throws Exception {
    Object self = call("java.lang.ProcessHandle", null, "current");
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(options());
    command.addAll(ownOptions(self));
    command.add("-D" + PARENT + "=" + call("java.lang.ProcessHandle", self, "pid"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    if (readsOnlyAscii() && !isAscii(words)) {
      command.add("-D" + ENCODED_WORDS + "=true");
      command.add(MAIN);
      command.addAll(encoded(asTyped(words)));
    } else {
      command.add(MAIN);
      command.addAll(Arrays.asList(words));
    }
    return command;
  }

  /**
   * Whether Java takes file names and words for ASCII, as it does in POSIX' own locale. The locale
   * of this process cannot be changed; that of the second one can.
   */
  private static boolean readsOnlyAscii() {
    String name = System.getProperty("sun.jnu.encoding", "");
    return Charset.isSupported(name) && Charset.forName(name).equals(StandardCharsets.US_ASCII);
  }

  private static boolean isAscii(String[] words) {
    return Arrays.stream(words).allMatch(word -> word.chars().allMatch(c -> c < 0x80));
  }

  /** Words of which Java has read every byte above 127 as U+FFFD, as Linux keeps them. */
  private static List<String> asTyped(String[] words) {
    byte[] all;
    try {
      all = Files.readAllBytes(Paths.get("/proc/self/cmdline"));
    } catch (IOException e) {
      // Another system: the words stay as they are, and a path that is none is refused.
      return Arrays.asList(words);
    }
    String[] raw = new String(all, StandardCharsets.ISO_8859_1).split("\0", -1);
    int first = raw.length - 1 - words.length;
    List<String> typed = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      byte[] bytes = (first < 0 ? words[i] : raw[first + i]).getBytes(StandardCharsets.ISO_8859_1);
      boolean same = new String(bytes, StandardCharsets.US_ASCII).equals(words[i]);
      typed.add(same ? new String(bytes, StandardCharsets.UTF_8) : words[i]);
    }
    return typed;
  }

  /** Words in ASCII, all that this process can give to another one. */
  private static List<String> encoded(List<String> words) throws UnsupportedEncodingException {
    List<String> encoded = new ArrayList<>();
    for (String word : words) {
      encoded.add(URLEncoder.encode(word, "UTF-8"));
    }
    return encoded;
  }

  private static List<String> options() throws IOException {
    List<String> options = new ArrayList<>();
    try (InputStream stream = Launcher.class.getResourceAsStream("/fp8sim/jvm.options");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        options.add(line);
      }
    }
    return options;
  }

  /** The options that the user gave to this Java, such as {@code -Xmx}: all before {@code -jar}. */
  private static List<String> ownOptions(Object self) throws ReflectiveOperationException {
    Object info = call("java.lang.ProcessHandle", self, "info");
    Optional<?> arguments = (Optional<?>) call("java.lang.ProcessHandle$Info", info, "arguments");
    String[] words = arguments.isPresent() ? (String[]) arguments.get() : new String[0];
    List<String> all = Arrays.asList(words);
    return all.subList(0, Math.max(all.indexOf("-jar"), 0));
  }

  /** Calls a method without parameters that Java 8 does not have. */
  private static Object call(String type, Object object, String method)
      throws ReflectiveOperationException {
    return Class.forName(type).getMethod(method).invoke(object);
  }
}
