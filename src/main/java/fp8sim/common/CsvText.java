package fp8sim.common;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Comma-separated values (RFC 4180, but lines end with LF). Spreadsheets run what starts like a
 * formula, wherever a name came from; such a cell gets an apostrophe in front, as OWASP advises.
 */
public final class CsvText {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(Infinity|(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?)");
  private static final String STARTS_OF_FORMULAS = "=+-@\t\r\n";

  private CsvText() {}

  /** One line with its end. */
  public static String line(List<String> cells) {
    return cells.stream().map(CsvText::cell).collect(Collectors.joining(",", "", "\n"));
  }

  /** One cell: numbers as they are, texts harmless, and quoted where need be. */
  public static String cell(String text) {
    boolean formula =
        !text.isEmpty()
            && STARTS_OF_FORMULAS.indexOf(text.charAt(0)) >= 0
            && !NUMBER.matcher(text).matches();
    String shown = formula ? "'" + text : text;
    return shown.matches("[^\",\r\n]*") ? shown : '"' + shown.replace("\"", "\"\"") + '"';
  }
}
