package fp8sim.cli.frame;

import fp8sim.common.Fp8simException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of memory as users write them: {@code 512M}, {@code 4G}, {@code 1.5g}, powers of 1,024. */
public final class MemorySize {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)([kmgt])");
  private static final String UNITS = "kmgt";

  private MemorySize() {}

  /**
   * The bytes of a size.
   *
   * @param option for messages
   * @throws Fp8simException (usage) if it is no size, or none that is more than nothing
   */
  public static long parse(String option, String text) {
    Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw Fp8simException.usage(
          "--%s %s: not a size; write a number and K, M, G or T, such as 512M or 4G"
              .formatted(option, text));
    }
    int power = 10 * (UNITS.indexOf(matcher.group(2)) + 1);
    BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << power));
    if (bytes.signum() == 0 || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw Fp8simException.usage("--%s %s: no size that memory has".formatted(option, text));
    }
    return bytes.longValue();
  }
}
