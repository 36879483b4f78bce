package fp8sim.format;

import fp8sim.common.FileProblems;
import fp8sim.common.Fp8simException;
import fp8sim.common.NumberList;
import fp8sim.common.UserPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The formats that are lists of values: published ones by name, and those of files. */
public final class TableFormats {
  /** What {@link #find} reads, for help and errors. */
  static final String ALLOWED =
      "posit8, posit8es1, posit8es0, hif8, lns8, nf4, table:FILE (up to 256 values; all of these"
          + " with :fit=V, what ranges are scaled to)";

  private static final String FILE_PREFIX = "table:";
  private static final String FIT = ":fit=";
  private static final int BYTE_CODES = 1 << Byte.SIZE;

  /** Beyond these magnitudes products of two values could leave the range of a double. */
  private static final double MOST = 0x1p500;

  private static final double LEAST = 0x1p-500;

  /** Formats with a name of their own, made when they are asked for. */
  private static final Map<String, Supplier<TableFormat>> NAMED = new LinkedHashMap<>();

  static {
    // Up to these values the fraction has as many bits as it ever has.
    NAMED.put("posit8", () -> bytes("posit8", code -> PublishedTables.posit8(code, 2), 16));
    NAMED.put("posit8es1", () -> bytes("posit8es1", code -> PublishedTables.posit8(code, 1), 4));
    NAMED.put("posit8es0", () -> bytes("posit8es0", code -> PublishedTables.posit8(code, 0), 2));
    NAMED.put("hif8", () -> bytes("hif8", PublishedTables::hif8, 16));
    NAMED.put("lns8", () -> ofValues("lns8", "lns8", list(PublishedTables::lns8)));
    NAMED.put("nf4", () -> ofValues("nf4", "nf4", PublishedTables.NF4));
  }

  private TableFormats() {}

  /** The formats with a name of their own. */
  public static List<TableFormat> named() {
    return NAMED.values().stream().map(Supplier::get).toList();
  }

  private static TableFormat bytes(String name, IntToDoubleFunction value, double fit) {
    return new TableFormat(name, list(value), fit);
  }

  private static List<Double> list(IntToDoubleFunction value) {
    return IntStream.range(0, BYTE_CODES).mapToDouble(value).boxed().toList();
  }

  /**
   * The format of a name, {@code table:FILE} included; empty if there is none.
   *
   * @throws Fp8simException (input) if the file is not a list of values
   */
  static Optional<TableFormat> find(String name) {
    int suffix = name.lastIndexOf(FIT);
    return suffix < 0
        ? findPlain(name)
        : findPlain(name.substring(0, suffix))
            .map(plain -> plain.withFit(name, fit(name, name.substring(suffix + FIT.length()))));
  }

  private static double fit(String name, String text) {
    try {
      float fit = Float.parseFloat(text);
      if (fit >= Float.MIN_NORMAL && fit <= Float.MAX_VALUE) {
        return fit;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw Fp8simException.usage(
        "format '%s': fit must be a positive number, not '%s'".formatted(name, text));
  }

  private static Optional<TableFormat> findPlain(String name) {
    if (name.startsWith(FILE_PREFIX)) {
      String file = name.substring(FILE_PREFIX.length());
      return Optional.of(
          ofValues(name, file, NumberList.read(UserPath.of("format " + FILE_PREFIX, file))));
    }
    return Optional.ofNullable(NAMED.get(name)).map(Supplier::get);
  }

  /** The file that the name of a format names. */
  static Optional<String> file(String name) {
    int suffix = name.lastIndexOf(FIT);
    return name.startsWith(FILE_PREFIX)
        ? Optional.of(name.substring(FILE_PREFIX.length(), suffix < 0 ? name.length() : suffix))
        : Optional.empty();
  }

  /** The name with another file, if it names one. */
  static String withFile(String name, UnaryOperator<String> other) {
    return file(name)
        .map(
            file ->
                FILE_PREFIX
                    + other.apply(file)
                    + name.substring(FILE_PREFIX.length() + file.length()))
        .orElse(name);
  }

  /**
   * A format of given values.
   *
   * @param file for messages
   */
  static TableFormat ofValues(String name, String file, List<Double> values) {
    if (values.size() > TableFormat.MAX_VALUES) {
      throw FileProblems.bad(
          file,
          "holds %d values; a table format has at most %d"
              .formatted(values.size(), TableFormat.MAX_VALUES));
    }
    List<Double> rounded = new ArrayList<>();
    Map<Double, Integer> seen = new HashMap<>();
    for (double value : values) {
      double kept = kept(file, rounded.size(), value);
      Integer before = Double.isFinite(kept) ? seen.putIfAbsent(kept, rounded.size()) : null;
      if (before != null && kept != 0) {
        throw FileProblems.bad(
            file,
            "codes %d and %d have the same value %s; only zero may have two codes"
                .formatted(before, rounded.size(), kept));
      }
      rounded.add(kept);
    }
    if (seen.size() < 2) {
      throw FileProblems.bad(
          file, "needs at least two different numbers, has %d".formatted(seen.size()));
    }
    double largest = seen.keySet().stream().mapToDouble(Math::abs).max().orElseThrow();
    return new TableFormat(name, rounded, Math.min(largest, Float.MAX_VALUE));
  }

  /** A value with 24 significant bits; zero without a sign. */
  private static double kept(String file, int code, double value) {
    double magnitude = Math.abs(value);
    if (value == 0 || !Double.isFinite(value)) {
      return value + 0.0;
    }
    if (magnitude > MOST || magnitude < LEAST) {
      throw FileProblems.bad(
          file, "the value %s of code %d is outside 2^-500..2^500".formatted(value, code));
    }
    int exponent = Math.getExponent(value);
    return Math.scalb((double) (float) Math.scalb(value, -exponent), exponent);
  }
}
