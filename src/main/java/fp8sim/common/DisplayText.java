package fp8sim.common;

/**
 * Text from files made fit for people's eyes: names of models may hold anything, escape sequences
 * that take over a terminal and marks that turn the direction of writing included.
 */
public final class DisplayText {
  /** Characters of a name or a shape in a message or table. */
  public static final int MAX_NAME = 200;

  /** Characters of a line. */
  public static final int MAX_LINE = 2000;

  private static final char INSTEAD = '?';

  private DisplayText() {}

  /** The text on one line: a question mark for each character that does not show itself. */
  public static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isHidden(text, i)) {
        return replaced(text, i);
      }
    }
    return text;
  }

  /** As {@link #printable}, and cut where it is too long for a name. */
  public static String name(String text) {
    return cut(printable(text), MAX_NAME);
  }

  /** The beginning of a long text, with an ellipsis for the rest. */
  public static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end) + "…";
  }

  private static String replaced(String text, int from) {
    StringBuilder shown = new StringBuilder(text);
    for (int i = from; i < text.length(); i++) {
      if (isHidden(text, i)) {
        shown.setCharAt(i, INSTEAD);
      }
    }
    return shown.toString();
  }

  /** Control and format characters, ends of lines and paragraphs, and halves of characters. */
  private static boolean isHidden(String text, int i) {
    char c = text.charAt(i);
    if (c >= ' ' && c < 0x7F) {
      return false;
    }
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
