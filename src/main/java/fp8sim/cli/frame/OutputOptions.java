package fp8sim.cli.frame;

import fp8sim.common.Fp8simException;
import fp8sim.common.OutputFile;
import fp8sim.common.UserPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files and folders that the options of one call name for its results. All are looked at before
 * any work: each must be writable, and none may be another one or a file that is read. A file's
 * folder must be there; a folder for output is made by the command, in one that is there.
 */
public final class OutputOptions {
  private final Map<Path, String> owners = new LinkedHashMap<>();
  private final List<Path> folders;

  private OutputOptions(List<Path> folders) {
    this.folders = folders;
  }

  /**
   * Checks all outputs of a call.
   *
   * @throws Fp8simException (usage) if two are the same, (output) if one cannot be written
   */
  public static void check(Arguments arguments) {
    check(arguments, Map.of());
  }

  /**
   * As {@link #check(Arguments)}, with files that the options name indirectly.
   *
   * @param more by what names them in errors
   */
  public static void check(Arguments arguments, Map<String, Path> more) {
    List<Path> folders =
        arguments.declared().values().stream()
            .filter(option -> option.role() == CliOption.Role.OUTPUT_FOLDER)
            .flatMap(option -> arguments.findPath(option.name()).stream())
            .toList();
    folders.forEach(OutputOptions::checkFolder);
    OutputOptions outputs = new OutputOptions(folders);
    outputs.addInputs(arguments);
    for (CliOption option : arguments.declared().values()) {
      if (option.role() == CliOption.Role.OUTPUT_FILE) {
        arguments
            .findPath(option.name())
            .ifPresent(file -> outputs.add("--" + option.name(), file));
      }
    }
    more.forEach(outputs::add);
  }

  /** Whether one of the outputs is standard output, so that nothing else may be written there. */
  public static boolean takeStandardOutput(Arguments arguments) {
    return arguments.declared().values().stream()
        .filter(option -> option.role() == CliOption.Role.OUTPUT_FILE)
        .flatMap(option -> arguments.findPath(option.name()).stream())
        .anyMatch(OutputFile::isStandardOutput);
  }

  private static void checkFolder(Path folder) {
    if (OutputFile.isStandardOutput(folder)) {
      throw Fp8simException.usage(
          folder + ": the output is a folder; write ./- if it has this name");
    }
    OutputFile.checkFolder(folder);
  }

  /**
   * Files that options name to be read. A configuration may be replaced: a result is one again, and
   * it is read before anything else.
   */
  private void addInputs(Arguments arguments) {
    for (CliOption option : arguments.declared().values()) {
      if (option.role() == CliOption.Role.PARAMETER && !option.equals(CommonOptions.CONFIG)) {
        for (String text : arguments.list(option.name())) {
          // A value may be a file with a name in front: --input ids=ids.npy.
          Stream.of(text, text.replaceFirst("^[^=]*=", ""))
              .flatMap(part -> UserPath.find(part).stream())
              .filter(Files::isRegularFile)
              .forEach(file -> owners.put(identity(file), "--" + option.name() + " reads"));
        }
      }
    }
  }

  private void add(String owner, Path file) {
    String other = owners.putIfAbsent(identity(file), owner + " writes");
    if (other != null && (OutputFile.isStandardOutput(file) || !isDevice(file))) {
      throw Fp8simException.usage(
          owner + " " + file + ": " + other + " this file too; name another one");
    }
    if (!isInNewFolder(file)) {
      OutputFile.check(file);
    }
  }

  private boolean isInNewFolder(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return folders.stream()
        .filter(folder -> !Files.exists(folder))
        .anyMatch(folder -> folder.toAbsolutePath().normalize().equals(parent));
  }

  private static boolean isDevice(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file);
  }

  /** Equal for names of the same file. */
  private static Path identity(Path file) {
    if (OutputFile.isStandardOutput(file)) {
      return OutputFile.STANDARD_OUTPUT;
    }
    try {
      if (Files.exists(file)) {
        return file.toRealPath();
      }
      Path absolute = file.toAbsolutePath().normalize();
      Path parent = absolute.getParent();
      return parent != null && Files.exists(parent)
          ? parent.toRealPath().resolve(absolute.getFileName())
          : absolute;
    } catch (IOException e) {
      throw Fp8simException.output("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
