package fp8sim.onnx;

/** Names from a model made fit for a one-line message. */
final class Text {
  private static final int MAX_LENGTH = 200;

  private Text() {}

  /** Without control characters, and not longer than a line. */
  static String shorten(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= MAX_LENGTH ? printable : printable.substring(0, MAX_LENGTH) + "…";
  }
}
