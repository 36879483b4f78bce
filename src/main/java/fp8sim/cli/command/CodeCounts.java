package fp8sim.cli.command;

import fp8sim.common.FileProblems;
import fp8sim.common.Fp8simException;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.measure.CodeDistribution;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A file of how often codes occur: lines {@code code,count}, or under a heading whose first word is
 * {@code value}, {@code value,count}. Blanks and semicolons separate too, {@code #} starts a
 * comment, codes may be hexadecimal. A code that is named twice has the sum.
 */
final class CodeCounts {
  private static final int MAX_LINES = 1 << 20;
  private static final Pattern SEPARATOR = Pattern.compile("[\\s,;]+");
  private static final Pattern CODE = Pattern.compile("\\d{1,6}|0[xX][0-9a-fA-F]{1,6}");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");

  private final String name;
  private final Grid grid;
  private final double[] counts;
  private boolean byValue;
  private int line;

  private CodeCounts(String name, Grid grid) {
    this.name = name;
    this.grid = grid;
    counts = new double[1 << grid.codeBits()];
  }

  /**
   * Reads a file.
   *
   * @param name for messages
   * @throws Fp8simException (input) one line with file and line
   */
  static CodeDistribution read(String name, Path file, Grid grid) {
    CodeCounts counts = new CodeCounts(name, grid);
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        counts.add(text);
      }
    } catch (CharacterCodingException e) {
      throw FileProblems.bad(name, "not UTF-8 text", e);
    } catch (IOException e) {
      throw FileProblems.unreadable(name, e);
    }
    return new CodeDistribution(name, counts.counts);
  }

  private void add(String text) {
    line++;
    if (line > MAX_LINES) {
      throw FileProblems.bad(name, "has more than " + MAX_LINES + " lines");
    }
    int comment = text.indexOf('#');
    String content = (comment < 0 ? text : text.substring(0, comment)).strip();
    String[] fields = SEPARATOR.split(content);
    if (content.isEmpty() || (line == 1 && isHeading(fields))) {
      return;
    }
    if (fields.length != 2 || !NUMBER.matcher(fields[1]).matches()) {
      throw wrong("expected a code or value, and how often it occurs");
    }
    double count = Double.parseDouble(fields[1]);
    if (!(count >= 0)) {
      throw wrong(fields[1] + " is no count");
    }
    counts[byValue ? ofValue(fields[0]) : code(fields[0])] += count;
  }

  private boolean isHeading(String[] fields) {
    byValue = fields[0].equalsIgnoreCase("value");
    return byValue || fields[0].equalsIgnoreCase("code");
  }

  private int code(String text) {
    int code = CODE.matcher(text).matches() ? Integer.decode(decimal(text)) : -1;
    if (code < 0 || code >= counts.length) {
      throw wrong(text + " is no code of " + grid.name());
    }
    return code;
  }

  /** Without leading zeros, which {@link Integer#decode} takes for octal numbers. */
  private static String decimal(String text) {
    return text.startsWith("0x") || text.startsWith("0X")
        ? text
        : Integer.toString(Integer.parseInt(text));
  }

  private int ofValue(String text) {
    double value = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    for (int code = 0; code < counts.length; code++) {
      if (grid.isFinite(code) && grid.value(code) == value) {
        return code;
      }
    }
    throw wrong(text + " is no value of " + grid.name());
  }

  private Fp8simException wrong(String problem) {
    return FileProblems.bad(name, "line " + line + ": " + problem);
  }
}
