package fp8sim.report;

import fp8sim.common.DisplayText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A chart of a few lines over integers, as SVG. */
public final class LineChart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int LEFT = 60;
  private static final int RIGHT = 20;
  private static final int TOP = 50;
  private static final int BOTTOM = 50;
  private static final int TICKS = 6;

  /** Distinguishable with colour blindness (Okabe and Ito). */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  /** A point of a line. */
  public record Point(int x, double y) {}

  private record Line(String name, List<Point> points) {}

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<Line> lines = new ArrayList<>();

  public LineChart(String title, String xLabel, String yLabel) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  /** Adds a line; its points are in the order of x. */
  public void add(String name, List<Point> points) {
    lines.add(new Line(name, List.copyOf(points)));
  }

  /** The chart as an SVG document. */
  public String toSvg() {
    List<Point> all = lines.stream().flatMap(line -> line.points().stream()).toList();
    double minX = all.stream().mapToInt(Point::x).min().orElse(0);
    double maxX = Math.max(minX + 1, all.stream().mapToInt(Point::x).max().orElse(1));
    double low = all.stream().mapToDouble(Point::y).min().orElse(0);
    double high = all.stream().mapToDouble(Point::y).max().orElse(1);
    double step = niceStep((high - low) / TICKS);
    double minY = Math.floor(low / step) * step;
    double maxY = Math.max(minY + step, Math.ceil(high / step) * step);
    Frame frame = new Frame(minX, maxX, minY, maxY);
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT));
    svg.append(format("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n", WIDTH, HEIGHT));
    svg.append(text(WIDTH / 2.0, 20, "middle", title));
    svg.append(text(WIDTH / 2.0, HEIGHT - 12, "middle", xLabel));
    svg.append(
        format("<g transform=\"translate(16 %d) rotate(-90)\">", HEIGHT / 2)
            + text(0, 0, "middle", yLabel)
            + "</g>\n");
    for (double y = minY; y <= maxY + step / 2; y += step) {
      svg.append(
          format(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>\n",
              LEFT, WIDTH - RIGHT, frame.y(y), frame.y(y)));
      svg.append(text(LEFT - 6, frame.y(y) + 4, "end", format("%.4g", y)));
    }
    for (int x = (int) minX; x <= maxX; x++) {
      svg.append(text(frame.x(x), HEIGHT - BOTTOM + 18, "middle", Integer.toString(x)));
    }
    for (int i = 0; i < lines.size(); i++) {
      appendLine(svg, frame, lines.get(i), i);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void appendLine(StringBuilder svg, Frame frame, Line line, int index) {
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder points = new StringBuilder();
    for (Point point : line.points()) {
      points.append(format("%.1f,%.1f ", frame.x(point.x()), frame.y(point.y())));
      svg.append(
          format(
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n",
              frame.x(point.x()), frame.y(point.y()), colour));
    }
    svg.append(
        format(
            "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>\n",
            colour, points.toString().strip()));
    double x = LEFT + index * (WIDTH - LEFT - RIGHT) / 3.0;
    svg.append(
        format("<rect x=\"%.1f\" y=\"32\" width=\"10\" height=\"10\" fill=\"%s\"/>\n", x, colour));
    svg.append(text(x + 14, 41, "start", line.name()));
  }

  private record Frame(double minX, double maxX, double minY, double maxY) {
    double x(double value) {
      return LEFT + (value - minX) / (maxX - minX) * (WIDTH - LEFT - RIGHT);
    }

    double y(double value) {
      return HEIGHT - BOTTOM - (value - minY) / (maxY - minY) * (HEIGHT - TOP - BOTTOM);
    }
  }

  /** The next of 1, 2, 5 times a power of ten. */
  private static double niceStep(double wanted) {
    if (!(wanted > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(wanted)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= wanted) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String text(double x, double y, String anchor, String text) {
    String escaped = DisplayText.printable(text).replace("&", "&amp;").replace("<", "&lt;");
    return format(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, escaped);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
