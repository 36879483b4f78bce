package fp8sim.cli.frame;

import java.util.ArrayList;
import java.util.List;

/** The texts of {@code --help}. */
public final class HelpText {
  private static final int WIDTH = 100;
  private static final int COLUMN = 32;

  private HelpText() {}

  /** The overview of all commands. */
  public static String overview(List<Command> commands) {
    StringBuilder text = new StringBuilder("Usage: fp8sim COMMAND [OPTION...]\n\n");
    text.append("Simulates low-precision inference of ONNX models.\n\nCommands:\n");
    for (Command command : commands) {
      entry(text, command.name(), command.summary(), 16);
    }
    text.append(
        "\nInterrupted before its results are written (Ctrl-C), a command ends with 130 and");
    text.append(" leaves no half\nfile; interrupted later, it ends as it would have.\n");
    text.append("\nfp8sim COMMAND --help  shows a command's options and examples\n");
    text.append("fp8sim --version       shows the version\n");
    return text.toString();
  }

  /** Everything about one command. */
  public static String of(Command command) {
    StringBuilder text = new StringBuilder("Usage: fp8sim " + command.name() + " [OPTION...]");
    text.append(command.operands().isEmpty() ? "" : " " + command.operands());
    text.append("\n\n").append(command.summary()).append(".\n");
    for (OptionSection section : sections(command)) {
      text.append("\n").append(section.title()).append(":\n");
      for (CliOption option : section.options()) {
        entry(text, label(option), describe(option), COLUMN);
      }
    }
    text.append("\nExamples:\n");
    command.examples().forEach(example -> text.append("  ").append(example).append("\n"));
    if (!command.details().isEmpty()) {
      text.append('\n').append(command.details());
    }
    return text.toString();
  }

  private static List<OptionSection> sections(Command command) {
    List<OptionSection> sections = new ArrayList<>(command.options());
    sections.add(CommonOptions.SECTION);
    return sections;
  }

  private static String label(CliOption option) {
    return "--" + option.name() + (option.isFlag() ? "" : " " + option.argument());
  }

  private static String describe(CliOption option) {
    StringBuilder text = new StringBuilder(option.description());
    if (!option.choices().isEmpty()) {
      text.append(": ").append(String.join(", ", option.choices()));
    }
    if (option.required()) {
      text.append(" (required)");
    } else if (option.defaultValue() != null) {
      text.append(" (default: ").append(option.defaultValue()).append(")");
    }
    return text.append(option.repeatable() ? " (repeatable)" : "").toString();
  }

  private static void entry(StringBuilder text, String label, String description, int column) {
    entry(text, label, description, column, WIDTH);
  }

  /**
   * Appends a label and, beside or below it, a description in lines of their own.
   *
   * @param column where the description starts
   * @param width of a line
   */
  public static void entry(
      StringBuilder text, String label, String description, int column, int width) {
    String padding = " ".repeat(column);
    StringBuilder line = new StringBuilder("  " + label);
    if (line.length() + 2 > column) {
      text.append(line).append("\n");
      line.setLength(0);
    }
    line.append(" ".repeat(column - line.length()));
    boolean first = true;
    for (String word : description.split(" ", -1)) {
      if (!first && line.length() + 1 + word.length() > width) {
        text.append(line).append("\n");
        line = new StringBuilder(padding);
        first = true;
      }
      line.append(first ? "" : " ").append(word);
      first = false;
    }
    text.append(line).append("\n");
  }
}
