package fp8sim.cli;

import fp8sim.launch.JvmCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Command lines that start the program in a JVM of its own, as the script does. */
final class ProgramProcess {
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin/java").toString();

  private static final Path OPTIONS = Path.of("src/main/resources/fp8sim/jvm.options");

  private ProgramProcess() {}

  /** The JVM, with the options that the program needs. */
  static JvmCommand jvm() throws IOException {
    return new JvmCommand(JAVA, Files.readAllLines(OPTIONS));
  }

  /** A whole command line. */
  static List<String> line(List<String> words) throws IOException {
    return jvm().line(Main.class.getName(), words);
  }
}
