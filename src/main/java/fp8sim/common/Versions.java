package fp8sim.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Versions that the build knows: of this program and of what it needs, as {@code pom.xml} says. */
public final class Versions {
  /** The version of this program. */
  public static final String FP8SIM = of("fp8sim");

  /** The oldest release of Java that runs this program. */
  public static final int JAVA = Integer.parseInt(of("java"));

  /** Of the library that draws the charts of reports. */
  public static final String CHART_JS = of("chart.js");

  /** Of the TornadoVM whose files the backend {@code tornado} expects, such as 5.2.0-jdk25. */
  public static final String TORNADO = of("tornado");

  private Versions() {}

  private static String of(String name) {
    Properties versions = new Properties();
    try (InputStream stream = Versions.class.getResourceAsStream("/fp8sim/versions.properties")) {
      versions.load(Objects.requireNonNull(stream, "versions.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Objects.requireNonNull(versions.getProperty(name), name);
  }
}
