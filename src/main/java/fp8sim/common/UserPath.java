package fp8sim.common;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The only place that turns texts of users, on the command line or in files, into paths. Java knows
 * file names in the character set of the locale; in POSIX' own locale that is ASCII, and no other
 * name can be opened.
 */
public final class UserPath {
  private static final String CHARACTER_SET = "sun.jnu.encoding";

  private UserPath() {}

  /**
   * The path that an option, an operand or a part of one names.
   *
   * @param what names it in errors, such as {@code --model}
   * @throws Fp8simException (usage) if the text cannot be a path here
   */
  public static Path of(String what, String text) {
    if (text.isEmpty()) {
      throw Fp8simException.usage(what + ": the name of a file or folder is missing");
    }
    return parse(ExitCode.USAGE, what, text);
  }

  /**
   * The path that the content of a file names.
   *
   * @param what names its place in errors, such as a file and a key
   * @throws Fp8simException (input) if the text cannot be a path here
   */
  public static Path inFile(String what, String text) {
    return parse(ExitCode.INPUT, what, text);
  }

  /** The path that a text names, if it can be one here; it need not be meant as one. */
  public static Optional<Path> find(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Path parse(ExitCode exitCode, String what, String text) {
    if (text.indexOf('\0') >= 0) {
      String shown = text.replace("\0", "\\0");
      throw new Fp8simException(exitCode, what + ": '" + shown + "' is not a file name");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new Fp8simException(
          exitCode,
          "%s: '%s' cannot be a path in this locale, whose file names are in %s; set LC_ALL=C.UTF-8"
              .formatted(what, text, System.getProperty(CHARACTER_SET)),
          e);
    }
  }
}
