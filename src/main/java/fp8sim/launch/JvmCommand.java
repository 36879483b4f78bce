package fp8sim.launch;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a JVM that runs a part of fp8sim, and the names that such lines have.
 *
 * <p>{@link Launcher} has copies of the names: it is compiled apart, for a Java that cannot load
 * this class.
 *
 * @param java the executable
 * @param options of the JVM, without the class path
 */
public record JvmCommand(String java, List<String> options) {
  /** The program's main class, by name: this package knows nothing of the command line. */
  public static final String PROGRAM = "fp8sim.cli.Main";

  /** The system property with the id of the process that this one must not outlive. */
  public static final String PARENT = "fp8sim.parent";

  /** Set by the launcher where it could not pass words on as they are: they are URL-encoded. */
  public static final String ENCODED_WORDS = "fp8sim.encoded-words";

  public JvmCommand {
    options = List.copyOf(options);
  }

  /** A JVM like this one: what the launcher has set for this process alone is left out. */
  static JvmCommand likeThisOne() {
    List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return new JvmCommand(
        ProcessHandle.current().info().command().orElse("java"),
        given.stream().filter(option -> !isOfThisProcess(option)).toList());
  }

  private static boolean isOfThisProcess(String option) {
    return option.startsWith(property(PARENT, ""))
        || option.startsWith(property(ENCODED_WORDS, ""));
  }

  private static String property(String name, String value) {
    return "-D" + name + "=" + value;
  }

  /** This command with more options, which win over those before them. */
  public JvmCommand with(List<String> more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(more);
    return new JvmCommand(java, all);
  }

  /** This command for a process that ends when this one does. */
  JvmCommand endingWithThis() {
    return with(List.of(property(PARENT, Long.toString(ProcessHandle.current().pid()))));
  }

  /**
   * The whole line, with the class path of this JVM.
   *
   * @param mainClass by name, such as {@link #PROGRAM}
   */
  public List<String> line(String mainClass, List<String> words) {
    List<String> line = new ArrayList<>();
    line.add(java);
    line.addAll(options);
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    line.addAll(words);
    return line;
  }
}
