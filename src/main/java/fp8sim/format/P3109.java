package fp8sim.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The formats of IEEE working group P3109 (interim report, github.com/P3109/Public) of 3 to 8 bits:
 * {@code binaryKpPXY} has K bits and a precision of P bits, the leading one included; X is {@code
 * s}, signed, or {@code u}, unsigned; Y is {@code e}, extended by infinities, or {@code f}, finite.
 *
 * <p>With {@code M = P - 1} the bias is {@code 2^(K-P-1)} when signed, {@code 2^(K-P)} when not. A
 * single code is NaN: that of negative zero, or the last one of an unsigned format. Infinities are
 * the largest magnitudes that remain.
 */
final class P3109 {
  static final int MIN_BITS = 3;
  static final int MAX_BITS = 8;

  /** What {@link #parse} reads, for help and errors. */
  static final String ALLOWED = "binaryKpP with se, sf, ue or uf (K 3..8, P 1..K-1, unsigned 1..K)";

  private static final Pattern NAME = Pattern.compile("binary([3-8])p([1-8])([su])([ef])");

  private P3109() {}

  /** The format of a name; empty if there is none. */
  static Optional<FloatFormat> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(matcher.group(1));
    int precision = Integer.parseInt(matcher.group(2));
    boolean signed = matcher.group(3).equals("s");
    int exponentBits = bits - precision + (signed ? 0 : 1);
    return exponentBits < 1
        ? Optional.empty()
        : Optional.of(
            new FloatFormat(
                name,
                exponentBits,
                precision - 1,
                signed,
                false,
                specials(signed, matcher.group(4).equals("e")),
                OptionalInt.of((1 << exponentBits) >> 1)));
  }

  private static Specials specials(boolean signed, boolean extended) {
    if (signed) {
      return extended ? Specials.NAN_NEGATIVE_ZERO_AND_INF : Specials.NAN_NEGATIVE_ZERO;
    }
    return extended ? Specials.NAN_ALL_ONES_AND_INF : Specials.NAN_ALL_ONES;
  }

  /** All formats of a width, in the order of their precision. */
  static List<FloatFormat> all(int bits) {
    List<FloatFormat> formats = new ArrayList<>();
    for (int precision = 1; precision <= bits; precision++) {
      for (String kind : List.of("se", "sf", "ue", "uf")) {
        parse("binary" + bits + "p" + precision + kind).ifPresent(formats::add);
      }
    }
    return formats;
  }
}
