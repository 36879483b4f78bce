package fp8sim.cli.frame;

import fp8sim.common.DisplayText;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What people read. All text of the program is printed through one of these, so that no control
 * character of a name from a file reaches a terminal, and very long lines are cut. Bytes that are
 * written, not printed, pass as they are.
 */
public final class DisplayStream extends PrintStream {
  /** A stream that prints to another one, in its encoding. */
  public DisplayStream(PrintStream out) {
    super(out, true, out.charset());
  }

  @Override
  public void print(@Nullable String text) {
    super.print(shown(String.valueOf(text)));
  }

  @Override
  public void print(char c) {
    print(Character.toString(c));
  }

  @Override
  public void print(char[] text) {
    print(new String(text));
  }

  @Override
  public void print(@Nullable Object object) {
    print(String.valueOf(object));
  }

  private static String shown(String text) {
    return Arrays.stream(text.split("\n", -1))
        .map(DisplayStream::line)
        .collect(Collectors.joining("\n"));
  }

  /** Tabs, which stack traces have, stay. */
  private static String line(String line) {
    String shown =
        line.indexOf('\t') < 0
            ? DisplayText.printable(line)
            : Arrays.stream(line.split("\t", -1))
                .map(DisplayText::printable)
                .collect(Collectors.joining("\t"));
    return DisplayText.cut(shown, DisplayText.MAX_LINE);
  }
}
