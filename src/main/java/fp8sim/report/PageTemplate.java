package fp8sim.report;

import com.google.gson.JsonObject;
import fp8sim.common.DisplayText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A page of HTML with places, {@code @NAME@}, for its title, styles, scripts and data. */
final class PageTemplate {
  private static final String FOLDER = "/fp8sim/report/";

  private final String template;
  private final Map<String, String> parts = new HashMap<>();

  /**
   * A page without contents.
   *
   * @param name of the template's file
   */
  PageTemplate(String name) {
    template = resource(FOLDER + name);
    part("STYLE", resource(FOLDER + "report.css"));
  }

  PageTemplate title(String title) {
    return part("TITLE", escaped(title));
  }

  /** Puts a file of the page's folder in a place. */
  PageTemplate file(String place, String name) {
    return part(place, resource(FOLDER + name));
  }

  PageTemplate data(JsonObject data) {
    // A "<" of the data must not end the script that holds it.
    return part("DATA", data.toString().replace("<", "\\u003c"));
  }

  PageTemplate part(String place, String text) {
    parts.put(place, text);
    return this;
  }

  /** The whole page. */
  String html() {
    StringBuilder html = new StringBuilder();
    for (String piece : template.split("@", -1)) {
      String part = parts.get(piece);
      html.append(part == null ? piece : part);
    }
    return html.toString();
  }

  /** A file of the program as text. */
  static String resource(String name) {
    try (InputStream stream = PageTemplate.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String escaped(String text) {
    return DisplayText.printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
