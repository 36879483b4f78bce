package fp8sim.onnx;

import fp8sim.common.DisplayText;

/** Names from a model made fit for a one-line message. */
final class Text {
  private Text() {}

  /** Without control characters, and not longer than a line. */
  static String shorten(String text) {
    return DisplayText.name(text);
  }
}
