package fp8sim.report;

import java.awt.Graphics2D;
import java.util.Locale;

/**
 * Letters of 3 x 5 squares. AWT's own text needs fonts, which machines without a screen often lack.
 */
final class PixelFont {
  private static final String CHARACTERS = " 0123456789.-+%^=:,()/_ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** Five rows from the top, an octal digit each, whose bits are the squares. */
  private static final int[] GLYPHS = {
    0, 075557, 026227, 071747, 071717, 055711, 074717, 074757, 071222, 075757, 075717, 2, 0700,
    02720, 051245, 025000, 07070, 02020, 024, 024442, 021112, 011244, 7, 025755, 065656, 034443,
    065556, 074647, 074644, 034553, 055755, 072227, 011152, 055655, 044447, 057755, 065555, 025552,
    065644, 025563, 065655, 034216, 072222, 055557, 055552, 055775, 055255, 055222, 071247
  };

  private static final int COLUMNS = 3;
  private static final int ROWS = 5;

  private PixelFont() {}

  static int width(String text, int size) {
    return (text.length() * (COLUMNS + 1) - 1) * size;
  }

  static int height(int size) {
    return ROWS * size;
  }

  /** Draws a text, in capitals, with its upper left corner at (x, y). */
  static void draw(Graphics2D graphics, String text, int x, int y, int size) {
    String capitals = text.toUpperCase(Locale.ROOT);
    for (int i = 0; i < capitals.length(); i++) {
      int glyph = GLYPHS[Math.max(CHARACTERS.indexOf(capitals.charAt(i)), 0)];
      for (int bit = 0; bit < COLUMNS * ROWS; bit++) {
        if ((glyph >> (COLUMNS * ROWS - 1 - bit) & 1) != 0) {
          int column = i * (COLUMNS + 1) + bit % COLUMNS;
          graphics.fillRect(x + column * size, y + bit / COLUMNS * size, size, size);
        }
      }
    }
  }
}
