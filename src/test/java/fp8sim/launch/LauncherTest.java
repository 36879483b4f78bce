package fp8sim.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fp8sim.common.ExitCode;
import fp8sim.common.Versions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real launcher over a stand-in for the program that reports what it was given. */
@Timeout(120)
class LauncherTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  private static final Pattern JAVA_VERSION = Pattern.compile("JAVA_VERSION=\"([0-9]+)");

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void compileStandIn() throws IOException {
    Path source = folder.resolve("source").resolve(Launcher.MAIN.replace('.', '/') + ".java");
    Files.createDirectories(source.getParent());
    String mainPackage = Launcher.MAIN.substring(0, Launcher.MAIN.lastIndexOf('.'));
    Files.writeString(
        source,
        """
        package %s;

        import fp8sim.launch.ParentWatch;

        public class Main {
          public static void main(String[] words) throws Exception {
            fp8sim.launch.ParentWatch.start();
            System.out.println(ProcessHandle.current().pid());
            System.out.println(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
            System.out.println(System.getProperty("mine"));
            System.out.println(String.join("|", words));
            System.out.println((char) System.in.read());
            if (words[0].equals("wait")) {
              Thread.sleep(100_000);
            }
            System.exit(Integer.parseInt(words[0]));
          }
        }
        """
            .formatted(mainPackage));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", productClasses(), "-d", folder + "", source + "");
    assertThat(status).isZero();
  }

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void passesOptionsWordsInputAndExitCode() throws Exception {
    Process process = launch(JAVA, "-Dmine=yes", "7", "two words", "*");
    process.outputWriter().append('x').flush();
    List<String> lines = process.inputReader().readAllLines();
    assertThat(lines.subList(1, 5)).containsExactly("true", "yes", "7|two words|*", "x");
    assertThat(process.waitFor()).isEqualTo(7);
  }

  @Test
  void startsNoSecondProcessWithTheModule() throws Exception {
    Process process = launch(JAVA, "--add-modules=jdk.incubator.vector", "0");
    process.outputWriter().append('x').flush();
    assertThat(process.inputReader().readLine()).isEqualTo("" + process.pid());
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aSignalEndsBoth() throws Exception {
    Process process = launch(JAVA, "-Dmine=yes", "wait");
    ProcessHandle child = child(process);
    process.destroy();
    assertThat(process.waitFor()).isEqualTo(128 + 15);
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void theChildEndsWhenTheLauncherIsKilled() throws Exception {
    Process process = launch(JAVA, "-Dmine=yes", "wait");
    ProcessHandle child = child(process);
    process.destroyForcibly().waitFor();
    child.onExit().get(60, TimeUnit.SECONDS);
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void anOlderJavaSaysWhatToInstall() throws Exception {
    Path old = Path.of(System.getProperty("fp8sim.maven.java.home", "none"), "bin/java");
    assumeTrue(isOlder(old), "needs Maven to run on an older Java");
    Process process = launch(old.toString(), "-Dmine=yes", "0");
    assertThat(process.errorReader().readAllLines())
        .singleElement()
        .asString()
        .startsWith("fp8sim: needs Java " + Versions.JAVA + " or newer");
    assertThat(process.waitFor()).isEqualTo(ExitCode.BACKEND.code());
  }

  private static boolean isOlder(Path java) throws IOException {
    Path release = java.resolveSibling("../release").normalize();
    if (!Files.exists(release)) {
      return false;
    }
    Matcher version = JAVA_VERSION.matcher(Files.readString(release));
    return version.find() && Integer.parseInt(version.group(1)) < Versions.JAVA;
  }

  private static ProcessHandle child(Process process) throws IOException {
    long pid = Long.parseLong(process.inputReader().readLine());
    assertThat(pid).isNotEqualTo(process.pid());
    return ProcessHandle.of(pid).orElseThrow();
  }

  private Process launch(String java, String option, String... words) throws IOException {
    Path jar = folder.resolve("launcher.jar");
    String classPath = folder.toUri() + " " + Path.of(productClasses()).toUri();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Launcher.class.getName());
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    List<String> command =
        Stream.concat(Stream.of(java, option, "-jar", jar + ""), Arrays.stream(words)).toList();
    Process process = new ProcessBuilder(command).start();
    started.add(process);
    return process;
  }

  private static String productClasses() {
    return new File(Launcher.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toString();
  }
}
