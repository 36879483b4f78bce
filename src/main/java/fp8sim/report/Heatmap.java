package fp8sim.report;

import fp8sim.common.OutputFile;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductSetting;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A picture of the signed relative error of all products of positive numbers: blue where products
 * are too small, red where they are too large, grey where the exact product is zero or outside the
 * result's range.
 */
public final class Heatmap {
  private static final int PLOT = 512;
  private static final int LEFT = 78;
  private static final int TOP = 52;
  private static final int RIGHT = 130;
  private static final int BOTTOM = 58;
  private static final int BAR = 18;
  private static final int TEXT = 2;

  private static final int LABEL_WIDTH = 52;
  private static final int LABEL_HEIGHT = 16;
  private static final Color OUTSIDE = new Color(0xB8B8B8);
  private static final Color INK = new Color(0x202020);
  private static final int[] TOO_SMALL = {0x21, 0x4F, 0xA6};
  private static final int[] TOO_LARGE = {0xB4, 0x1E, 0x2A};

  private final String title;
  private final ProductSetting setting;
  private final RelativeErrors relative;
  private final int[] codesA;
  private final int[] codesW;

  /**
   * A picture to be.
   *
   * @param title stands above it
   */
  public Heatmap(String title, RelativeErrors relative) {
    this.title = title;
    this.relative = relative;
    setting = relative.setting();
    codesA = relative.codesA();
    codesW = relative.codesW();
  }

  /** Writes a PNG file. */
  public void write(Path file) {
    BufferedImage image = draw();
    OutputFile.write(
        file,
        stream -> {
          // ImageIO prints a stack trace of its own when a stream fails.
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          if (!ImageIO.write(image, "png", bytes)) {
            throw new IOException("this Java has no PNG writer");
          }
          bytes.writeTo(stream);
        });
  }

  private BufferedImage draw() {
    int width = LEFT + PLOT + RIGHT;
    int height = TOP + PLOT + BOTTOM;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    for (int y = 0; y < PLOT; y++) {
      int a = codesA.length - 1 - y * codesA.length / PLOT;
      for (int x = 0; x < PLOT; x++) {
        double error = relative.error(a, x * codesW.length / PLOT);
        image.setRGB(LEFT + x, TOP + y, color(error).getRGB());
      }
    }
    graphics.setColor(INK);
    graphics.drawRect(LEFT - 1, TOP - 1, PLOT + 1, PLOT + 1);
    drawTitle(graphics);
    drawAxes(graphics);
    drawLegend(graphics);
    graphics.dispose();
    return image;
  }

  private Color color(double error) {
    if (Double.isNaN(error)) {
      return OUTSIDE;
    }
    double share = Math.abs(relative.shareOfLimit(error));
    int[] full = error < 0 ? TOO_SMALL : TOO_LARGE;
    int[] mixed = Arrays.stream(full).map(c -> (int) Math.rint(255 + share * (c - 255))).toArray();
    return new Color(mixed[0], mixed[1], mixed[2]);
  }

  private void drawTitle(Graphics2D graphics) {
    PixelFont.draw(graphics, title, LEFT, 10, TEXT);
    PixelFont.draw(graphics, "relative error of the product A x B", LEFT, 30, TEXT);
  }

  private void drawAxes(Graphics2D graphics) {
    int step = PixelFont.height(TEXT);
    for (int tick : ticks(setting.a(), codesA, LABEL_HEIGHT)) {
      int y = TOP + PLOT - 1 - (2 * tick + 1) * PLOT / (2 * codesA.length);
      String label = label(setting.a().value(codesA[tick]));
      graphics.fillRect(LEFT - 6, y, 6, 1);
      PixelFont.draw(graphics, label, LEFT - 9 - PixelFont.width(label, TEXT), y - step / 2, TEXT);
    }
    for (int tick : ticks(setting.w(), codesW, LABEL_WIDTH)) {
      int x = LEFT + (2 * tick + 1) * PLOT / (2 * codesW.length);
      String label = label(setting.w().value(codesW[tick]));
      graphics.fillRect(x, TOP + PLOT, 1, 6);
      PixelFont.draw(graphics, label, x - PixelFont.width(label, TEXT) / 2, TOP + PLOT + 10, TEXT);
    }
    PixelFont.draw(graphics, "A", 8, TOP + PLOT / 2, TEXT + 1);
    PixelFont.draw(graphics, "B", LEFT + PLOT / 2, TOP + PLOT + 34, TEXT + 1);
    PixelFont.draw(graphics, setting.a().name(), 8, TOP + PLOT / 2 + 24, TEXT);
    PixelFont.draw(graphics, setting.w().name(), LEFT + PLOT / 2 + 20, TOP + PLOT + 36, TEXT);
  }

  /** Starts of binades (of integers: every eighth), the largest first, at a distance in pixels. */
  private static List<Integer> ticks(Grid grid, int[] codes, int distance) {
    List<Integer> ticks = new ArrayList<>();
    int free = Integer.MAX_VALUE;
    for (int i = codes.length - 1; i >= 0; i--) {
      boolean candidate =
          grid instanceof FloatGrid ? isPowerOfTwo(grid.value(codes[i])) : i % 8 == 0;
      int at = i * PLOT / codes.length;
      if (candidate && at <= free) {
        ticks.add(i);
        free = at - distance;
      }
    }
    return ticks;
  }

  private static boolean isPowerOfTwo(double value) {
    return value == Math.scalb(1.0, Math.getExponent(value));
  }

  private static String label(double value) {
    int exponent = Math.getExponent(value);
    return isPowerOfTwo(value) && Math.abs(exponent) > 3
        ? "2^" + exponent
        : value == Math.rint(value) ? "" + (long) value : "" + value;
  }

  private void drawLegend(Graphics2D graphics) {
    int x = LEFT + PLOT + 20;
    int height = PLOT / 2;
    for (int y = 0; y < height; y++) {
      graphics.setColor(color(relative.limit() * (1 - 2.0 * y / (height - 1))));
      graphics.fillRect(x, TOP + y, BAR, 1);
    }
    graphics.setColor(INK);
    graphics.drawRect(x - 1, TOP - 1, BAR + 1, height + 1);
    for (int i = -2; i <= 2; i++) {
      int y = TOP + (2 - i) * (height - 1) / 4;
      graphics.fillRect(x + BAR, y, 4, 1);
      String percent = String.format(Locale.ROOT, "%+.2f%%", 50 * i * relative.limit());
      PixelFont.draw(graphics, i == 0 ? "0" : percent, x + BAR + 8, y - 5, TEXT);
    }
    graphics.setColor(OUTSIDE);
    graphics.fillRect(x, TOP + height + 24, BAR, BAR);
    graphics.setColor(INK);
    graphics.drawRect(x - 1, TOP + height + 23, BAR + 1, BAR + 1);
    PixelFont.draw(graphics, "outside", x + BAR + 8, TOP + height + 22, TEXT);
    PixelFont.draw(graphics, "the range", x + BAR + 8, TOP + height + 36, TEXT);
  }
}
