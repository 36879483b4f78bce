package fp8sim.multiplier.user;

import fp8sim.multiplier.CostComments;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Writes tables as text, with what the multiplier costs in comments. */
final class TextTableWriter {
  private static final int DIGIT_BITS = 4;
  private static final int INT_DIGITS = Integer.SIZE / DIGIT_BITS;

  /** Products of more bits are 32-bit numbers of C. */
  private static final int INT16_BITS = 16;

  private final PrintWriter out;
  private final TableContent content;

  private TextTableWriter(PrintWriter out, TableContent content) {
    this.out = out;
    this.content = content;
  }

  static void write(OutputStream stream, TableContent content, TableDialect dialect)
      throws IOException {
    PrintWriter out =
        new PrintWriter(
            new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.US_ASCII)));
    TextTableWriter writer = new TextTableWriter(out, content);
    switch (dialect) {
      case C_INT16 -> writer.array();
      case MEMH -> writer.words();
      case TEXT -> writer.triples();
      case APPROXTORCH -> writer.matrix(true);
      default -> writer.matrix(false);
    }
    if (out.checkError()) {
      throw new IOException("the text could not be written");
    }
  }

  private void costs(String comment) {
    CostComments.lines(content.model().costs()).forEach(line -> line(comment + " " + line));
  }

  private void line(String text) {
    out.print(text);
    out.print('\n');
  }

  private void array() {
    costs("//");
    boolean isShort = content.bitsA() + content.bitsW() <= INT16_BITS;
    String type = (content.signed() ? "int" : "uint") + (isShort ? "16_t" : "32_t");
    line("#include <stdint.h>");
    line("");
    line("const %s lut[%d][%d] = {".formatted(type, rows(), columns()));
    content.forEach(
        (a, w, value) -> {
          out.print(w == 0 ? "{" : ", ");
          out.print((long) value);
          if (w == columns() - 1) {
            line(a == rows() - 1 ? "}" : "},");
          }
        });
    line("};");
  }

  private void words() {
    costs("//");
    int bits = content.bitsA() + content.bitsW();
    long least = content.signed() ? -(1L << (bits - 1)) : 0;
    boolean[] isWide = {false};
    content.forEach((a, w, value) -> isWide[0] |= value < least || value >= least + (1L << bits));
    int digits = isWide[0] ? INT_DIGITS : (bits + DIGIT_BITS - 1) / DIGIT_BITS;
    long mask = isWide[0] ? 0xFFFF_FFFFL : (1L << bits) - 1;
    content.forEach(
        (a, w, value) -> {
          String word = Long.toHexString((long) value & mask);
          out.print("0".repeat(digits - word.length()));
          line(word);
        });
  }

  private void triples() {
    costs("#");
    line("a b product");
    content.forEach(
        (a, w, value) -> {
          out.print(content.operand(a, content.bitsA()));
          out.print(' ');
          out.print(content.operand(w, content.bitsW()));
          out.print(' ');
          line(TextRows.text(value));
        });
  }

  /**
   * Writes a line for each first operand.
   *
   * @param ascending whether negative operands are first
   */
  private void matrix(boolean ascending) {
    costs("#");
    int firstA = ascending && content.signed() ? rows() / 2 : 0;
    int firstW = ascending && content.signed() ? columns() / 2 : 0;
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < columns(); j++) {
        int a = i + firstA & (rows() - 1);
        int w = j + firstW & (columns() - 1);
        out.print(j == 0 ? "" : " ");
        out.print(TextRows.text(content.entry().of(a, w)));
      }
      line("");
    }
  }

  private int rows() {
    return 1 << content.bitsA();
  }

  private int columns() {
    return 1 << content.bitsW();
  }
}
