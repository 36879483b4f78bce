package fp8sim.numerics;

import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;
import fp8sim.format.BiasPolicy;
import fp8sim.format.BlockFormat;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.ConversionMode;
import fp8sim.format.Float32;
import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Format;
import fp8sim.format.IntegerFormat;
import fp8sim.format.Quantizer;
import fp8sim.format.Quantizers;
import fp8sim.format.Rounding;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.Specials;
import fp8sim.format.TableFormat;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.RangeEstimator;
import fp8sim.quant.RangeMethod;
import fp8sim.quant.ValueRange;
import fp8sim.quant.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * One quantizer of a network, before its range is known.
 *
 * @param format not float32
 * @param channels what shares a range; activations and block formats always share one
 * @param blockAxis along which the blocks of a block format lie; negative ones count from the last
 */
public record QuantizerSpec(
    QuantizerId id,
    QuantizerKind kind,
    Format format,
    Channels channels,
    RangeMethod method,
    QuantizerOptions options,
    int blockAxis) {

  private static final int MAX_EXPONENT_BITS = 8;

  /** Of the last axis, if the format is one of blocks. */
  public QuantizerSpec(
      QuantizerId id,
      QuantizerKind kind,
      Format format,
      Channels channels,
      RangeMethod method,
      QuantizerOptions options) {
    this(id, kind, format, channels, method, options, -1);
  }

  /** The same with another format. */
  public QuantizerSpec withFormat(Format other) {
    Channels shared = other instanceof BlockFormat ? Channels.TENSOR : channels;
    return new QuantizerSpec(id, kind, other, shared, method, options, blockAxis);
  }

  /** Whether the quantizer depends on its range: not with fixed values and no scale. */
  public boolean needsRange() {
    return options.needsRange(format);
  }

  /**
   * The quantizer for a range.
   *
   * @throws fp8sim.common.Fp8simException if the options do not fit the format
   */
  public Quantizer quantizer(ValueRange range) {
    return quantizer(range, options.conversion());
  }

  private Quantizer quantizer(ValueRange range, ConversionMode conversion) {
    return switch (format) {
      case IntegerFormat integer -> integers(integer, range);
      case FloatFormat minifloat ->
          Quantizers.minifloat(
              fitsUnsigned(minifloat, range) ? minifloat.unsigned() : minifloat,
              range.maxval(),
              options.biasPolicy(),
              options.scale(),
              conversion);
      case BlockFormat blocks -> BlockQuantizer.of(blocks, blockAxis, range.maxval(), conversion);
      case TableFormat table ->
          Quantizers.table(table, range.maxval(), options.scale(), conversion);
      case Float32 f -> throw new IllegalStateException(id + " has no format");
    };
  }

  private Quantizer integers(IntegerFormat integer, ValueRange range) {
    if (kind == QuantizerKind.WEIGHT) {
      return Quantizers.symmetric(integer, range.min(), range.max());
    }
    return switch (options.integers()) {
      case ASYMMETRIC -> Quantizers.asymmetric(integer, range.min(), range.max());
      case SYMMETRIC -> {
        boolean signed = options.sign() == ActivationSign.SIGNED;
        float min = signed ? Math.min(range.min(), -Float.MIN_VALUE) : range.min();
        yield Quantizers.symmetric(integer, min, range.max());
      }
    };
  }

  private boolean fitsUnsigned(FloatFormat minifloat, ValueRange range) {
    return options.sign() == ActivationSign.AUTO
        && kind != QuantizerKind.WEIGHT
        && range.min() >= 0
        && minifloat.exponentBits() > 0
        && minifloat.exponentBits() < MAX_EXPONENT_BITS
        && minifloat.specials() == Specials.NONE
        && minifloat.fixedBias().isEmpty();
  }

  /**
   * A new estimator of one range. Candidates round to nearest-even where rounding is random.
   *
   * @param workers try candidates
   * @throws Fp8simException (usage) if a block format is to try candidates
   */
  public RangeEstimator estimator(Workers workers) {
    if (format instanceof BlockFormat && method.kind() == RangeMethod.Kind.MSE) {
      throw Fp8simException.usage(
          "range mse: %s of format %s scales each block by its largest number; use minmax"
              .formatted(id, format.name()));
    }
    ConversionMode conversion = options.conversion();
    ConversionMode candidates =
        conversion.rounding() == Rounding.STOCHASTIC
            ? new ConversionMode(
                Rounding.NEAREST_EVEN, conversion.overflow(), conversion.subnormals())
            : conversion;
    return method.estimator(range -> (ScalarQuantizer) quantizer(range, candidates), workers);
  }

  /** The quantizers of all channels. */
  public Quantizer[] quantizers(List<ValueRange> ranges) {
    return ranges.stream().map(this::quantizer).toArray(Quantizer[]::new);
  }

  /** The ranges with their biases, as a ranges file keeps them. */
  public CalibratedRange calibrated(List<ValueRange> ranges) {
    List<Integer> biases = new ArrayList<>();
    for (Quantizer quantizer : quantizers(ranges)) {
      if (quantizer instanceof FloatQuantizer minifloat) {
        biases.add(minifloat.bias());
      }
    }
    return new CalibratedRange(kind, ranges, biases);
  }

  /** For reports: {@code e3m4 per channel, cover}. */
  public String describe() {
    boolean hasPolicy = format instanceof FloatFormat minifloat && minifloat.fixedBias().isEmpty();
    String policy =
        hasPolicy && options.biasPolicy() != BiasPolicy.REAL
            ? ", " + OptionNames.of(options.biasPolicy())
            : "";
    return format.name() + (channels.isTensor() ? "" : " per channel") + policy;
  }
}
