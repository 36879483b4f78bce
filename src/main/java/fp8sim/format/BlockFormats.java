package fp8sim.format;

import fp8sim.common.Fp8simException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The named block formats, and the parser of the others. */
public final class BlockFormats {
  /** OCP MX v1.0, table 1, and NVIDIA's NVFP4. */
  private static final List<BlockFormat> NAMED =
      List.of(
          mx("mxfp8-e4m3", Formats.OFP8_E4M3),
          mx("mxfp8-e5m2", Formats.OFP8_E5M2),
          mx("mxfp6-e3m2", biased(FloatFormat.of(3, 2))),
          mx("mxfp6-e2m3", biased(FloatFormat.of(2, 3))),
          mx("mxfp4", biased(FloatFormat.of(2, 1))),
          mx("mxint8", new IntegerFormat(Byte.SIZE)),
          new BlockFormat("nvfp4", biased(FloatFormat.of(2, 1)), 16, minifloat("e4m3")));

  /** What {@link #find} reads, for help and errors. */
  static final String ALLOWED =
      "mxfp8-e4m3, mxfp8-e5m2, mxfp6-e3m2, mxfp6-e2m3, mxfp4, mxint8, nvfp4,"
          + " F:block=N,scale=S (F a format of at most 8 bits, S e8m0, fp32, fp16, bf16 or eXmY)";

  private static final Pattern BLOCK =
      Pattern.compile("(.+?)[:,]block=(\\d{1,7})(?:[:,]scale=([a-z0-9-]+))?");
  private static final int MX_BLOCK = 32;
  private static final int WIDEST_ELEMENT = 8;

  private BlockFormats() {}

  private static BlockFormat mx(String name, Format element) {
    return new BlockFormat(name, element, MX_BLOCK, BlockScale.E8M0);
  }

  /**
   * The format of a name, e.g. {@code mxfp4}, {@code e3m2:block=16,scale=fp16}; empty if the name
   * is not one of a block format.
   *
   * @throws Fp8simException (usage) if element, block or scale cannot be
   */
  static Optional<BlockFormat> find(String name) {
    Optional<BlockFormat> named = NAMED.stream().filter(f -> f.name().equals(name)).findFirst();
    Matcher matcher = BLOCK.matcher(name);
    return named.isPresent() || !matcher.matches() ? named : Optional.of(parse(name, matcher));
  }

  private static BlockFormat parse(String name, Matcher parts) {
    int size = Integer.parseInt(parts.group(2));
    if (size < 1 || size > BlockFormat.MAX_SIZE) {
      throw wrong(name, "a block has 1 to " + BlockFormat.MAX_SIZE + " numbers");
    }
    Format element = Formats.parse(parts.group(1));
    boolean isNarrow =
        (element instanceof FloatFormat || element instanceof IntegerFormat)
            && element.bits() <= WIDEST_ELEMENT;
    if (!isNarrow) {
      throw wrong(name, "elements are minifloats or integers of at most 8 bits");
    }
    BlockScale scale = parts.group(3) == null ? BlockScale.E8M0 : scale(name, parts.group(3));
    return of(element, size, scale);
  }

  /** Blocks of elements, which have a bias of {@code 2^(E-1) - 1} if they have none yet. */
  static BlockFormat of(Format plain, int size, BlockScale scale) {
    Format element = biased(plain);
    for (BlockFormat known : NAMED) {
      if (known.element().equals(element) && known.size() == size && known.scale().equals(scale)) {
        return known;
      }
    }
    String name = "%s:block=%d,scale=%s".formatted(element.name(), size, scale.name());
    return new BlockFormat(name, element, size, scale);
  }

  private static BlockScale scale(String name, String text) {
    return switch (text) {
      case "e8m0" -> BlockScale.E8M0;
      case "fp32", "float32" -> BlockScale.FLOAT32;
      default -> {
        if (!(Formats.parse(text) instanceof FloatFormat)) {
          throw wrong(name, "a scale is e8m0, fp32, fp16, bf16 or a minifloat, not " + text);
        }
        yield minifloat(text);
      }
    };
  }

  /** {@code e4m3} and {@code e5m2} are OCP's; others have the bias of IEEE formats. */
  private static BlockScale minifloat(String text) {
    return switch (text) {
      case "e4m3", "ofp8-e4m3", "fp8-e4m3" -> new BlockScale.Minifloat("e4m3", Formats.OFP8_E4M3);
      case "e5m2", "ofp8-e5m2", "fp8-e5m2" -> new BlockScale.Minifloat("e5m2", Formats.OFP8_E5M2);
      default -> new BlockScale.Minifloat(text, (FloatFormat) biased(Formats.parse(text)));
    };
  }

  /** A minifloat without a fixed bias has {@code 2^(E-1) - 1} here, which OCP's formats have. */
  private static Format biased(Format format) {
    return format instanceof FloatFormat minifloat && minifloat.fixedBias().isEmpty()
        ? new FloatFormat(
            minifloat.name(),
            minifloat.exponentBits(),
            minifloat.mantissaBits(),
            true,
            minifloat.normalOnly(),
            Specials.NONE,
            OptionalInt.of(Math.max(minifloat.standardBias() - 1, 0)))
        : format;
  }

  private static Fp8simException wrong(String name, String reason) {
    return Fp8simException.usage("format '" + name + "': " + reason);
  }
}
