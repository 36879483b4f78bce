package fp8sim.format;

import fp8sim.common.Fp8simException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The named formats, and the parser of format names. */
public final class Formats {
  public static final Float32 FLOAT32 = new Float32();

  /** OCP OFP8 E4M3 (arXiv 2209.05433), ONNX's FLOAT8E4M3FN. */
  public static final FloatFormat OFP8_E4M3 = fixed("ofp8-e4m3", 4, 3, Specials.NAN_ALL_ONES, 7);

  /** OCP OFP8 E5M2 (arXiv 2209.05433), ONNX's FLOAT8E5M2. */
  public static final FloatFormat OFP8_E5M2 = fixed("ofp8-e5m2", 5, 2, Specials.IEEE, 15);

  /** ONNX's FLOAT8E4M3FNUZ. */
  public static final FloatFormat E4M3FNUZ = fixed("e4m3fnuz", 4, 3, Specials.NAN_NEGATIVE_ZERO, 8);

  /** ONNX's FLOAT8E5M2FNUZ. */
  public static final FloatFormat E5M2FNUZ =
      fixed("e5m2fnuz", 5, 2, Specials.NAN_NEGATIVE_ZERO, 16);

  /** OCP's E2M1 (MX 1.0), ONNX's FLOAT4E2M1; all codes are numbers, up to 6. */
  public static final FloatFormat OCP_E2M1 = fixed("e2m1:bias=1", 2, 1, Specials.NONE, 1);

  /** IEEE binary16. */
  public static final FloatFormat FLOAT16 = fixed("fp16", 5, 10, Specials.IEEE, 15);

  /** The upper half of an IEEE binary32. */
  public static final FloatFormat BFLOAT16 = fixed("bf16", 8, 7, Specials.IEEE, 127);

  /** Formats with 8-bit codes and a name of their own. */
  public static final List<FloatFormat> NAMED = List.of(OFP8_E4M3, OFP8_E5M2, E4M3FNUZ, E5M2FNUZ);

  /** Other names of formats, as frameworks use them. */
  private static final Map<String, FloatFormat> ALIASES =
      Map.of("fp8-e4m3", OFP8_E4M3, "fp8-e5m2", OFP8_E5M2, "fp16", FLOAT16, "bf16", BFLOAT16);

  /** What {@link #parse} reads, for help and errors. */
  public static final String ALLOWED =
      "fp32, fp16, bf16, eXmY[:bias=N][:normal-only] (X 0..8, Y 1..10, X+Y <= 15), fp8-e4m3 or"
          + " ofp8-e4m3, fp8-e5m2 or ofp8-e5m2, e4m3fnuz, e5m2fnuz, "
          + P3109.ALLOWED
          + ", int2..int12, "
          + TableFormats.ALLOWED
          + ", "
          + BlockFormats.ALLOWED;

  // Keeps all values and products of two values within the range of a double.
  private static final int MIN_BIAS = -128;
  private static final int MAX_BIAS = 384;

  private static final Pattern INTEGER = Pattern.compile("int([2-9]|1[0-2])");
  private static final Pattern MINIFLOAT = Pattern.compile("e(\\d)m(\\d{1,2})((?::[^:]+)*)");
  private static final Pattern BIAS = Pattern.compile("bias=(-?\\d{1,4})");

  private Formats() {}

  private static FloatFormat fixed(
      String name, int exponentBits, int mantissaBits, Specials specials, int bias) {
    return new FloatFormat(
        name, exponentBits, mantissaBits, true, false, specials, OptionalInt.of(bias));
  }

  /**
   * The format of a name, e.g. {@code e4m3}, {@code e3m4:bias=7:normal-only}, {@code int8}.
   *
   * @throws Fp8simException one line that lists what is allowed
   */
  public static Format parse(String name) {
    if (name.equals(FLOAT32.name())) {
      return FLOAT32;
    }
    for (FloatFormat format : NAMED) {
      if (format.name().equals(name)) {
        return format;
      }
    }
    FloatFormat alias = ALIASES.get(name);
    if (alias != null) {
      return alias;
    }
    Optional<BlockFormat> blocks = BlockFormats.find(name);
    if (blocks.isPresent()) {
      return blocks.get();
    }
    Optional<TableFormat> table = TableFormats.find(name);
    if (table.isPresent()) {
      return table.get();
    }
    Matcher integer = INTEGER.matcher(name);
    if (integer.matches()) {
      return new IntegerFormat(Integer.parseInt(integer.group(1)));
    }
    return P3109.parse(name).orElseGet(() -> parseFloat(name));
  }

  /** A name with another file, if it names one. */
  public static String withFile(String name, UnaryOperator<String> other) {
    return TableFormats.withFile(name, other);
  }

  /** The file that a name names. */
  public static Optional<String> file(String name) {
    return TableFormats.file(name);
  }

  /** The minifloat format of a name; only {@code eXmY} with its suffixes. */
  static FloatFormat parseFloat(String name) {
    Matcher matcher = MINIFLOAT.matcher(name);
    if (!matcher.matches()) {
      throw unknown(name);
    }
    int exponentBits = Integer.parseInt(matcher.group(1));
    int mantissaBits = Integer.parseInt(matcher.group(2));
    boolean inRange =
        exponentBits <= 8
            && mantissaBits >= 1
            && mantissaBits <= 10
            && exponentBits + mantissaBits <= 15;
    if (!inRange) {
      throw unknown(name);
    }
    return withSuffixes(FloatFormat.of(exponentBits, mantissaBits), matcher.group(3), name);
  }

  private static FloatFormat withSuffixes(FloatFormat plain, String suffixes, String name) {
    OptionalInt bias = OptionalInt.empty();
    boolean normalOnly = false;
    for (String suffix : suffixes.isEmpty() ? new String[0] : suffixes.substring(1).split(":")) {
      Matcher matcher = BIAS.matcher(suffix);
      if (matcher.matches() && bias.isEmpty()) {
        bias = OptionalInt.of(checkedBias(Integer.parseInt(matcher.group(1)), name));
      } else if (suffix.equals("normal-only") && !normalOnly && plain.exponentBits() > 0) {
        normalOnly = true;
      } else {
        throw unknown(name);
      }
    }
    String canonical =
        plain.name()
            + (bias.isPresent() ? ":bias=" + bias.getAsInt() : "")
            + (normalOnly ? ":normal-only" : "");
    return new FloatFormat(
        canonical,
        plain.exponentBits(),
        plain.mantissaBits(),
        true,
        normalOnly,
        Specials.NONE,
        bias);
  }

  private static int checkedBias(int bias, String name) {
    if (bias < MIN_BIAS || bias > MAX_BIAS) {
      throw Fp8simException.usage(
          "format '" + name + "': the bias must be in " + MIN_BIAS + ".." + MAX_BIAS);
    }
    return bias;
  }

  private static Fp8simException unknown(String name) {
    return Fp8simException.usage("unknown format '" + name + "', use one of " + ALLOWED);
  }
}
