package fp8sim.analysis;

import fp8sim.common.UserOption;
import fp8sim.format.BiasPolicy;
import fp8sim.format.FloatFormat;
import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.numerics.WeightScope;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.RangeMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what hurts a quantized network: quantizers that clip, and layers with much more noise than
 * those beside them.
 */
public final class QuantizationAdvice {
  /** A larger share of clipped values is told. */
  private static final double CLIPPED_SHARE = 0.01;

  /** A layer that is so many dB below its neighbours is told. */
  private static final double DIP = 10;

  /** Noise of which clipping makes a larger share is that of clipping. */
  private static final double MOST = 0.5;

  private final Numerics numerics;
  private final List<QuantizerEffect> effects;

  /**
   * A look at a network.
   *
   * @param effects of its quantizers
   */
  public QuantizationAdvice(Numerics numerics, List<QuantizerEffect> effects) {
    this.numerics = numerics;
    this.effects = List.copyOf(effects);
  }

  /** The quantizer that clips most, if one clips more than 1 % of its values or the largest. */
  public Optional<Advice> clipping() {
    List<QuantizerEffect> clipping =
        effects.stream().filter(effect -> clipsMany(effect) || clipsLargest(effect)).toList();
    return clipping.stream()
        .max(Comparator.comparingDouble(QuantizationAdvice::severity))
        .map(
            worst ->
                new Advice(
                    Advice.Kind.CLIPPING,
                    severity(worst),
                    "%s clips %s%s; %s mends it"
                        .formatted(
                            worst.place(),
                            what(worst),
                            others(clipping.size()),
                            unclipped(worst))));
  }

  private static boolean clipsMany(QuantizerEffect effect) {
    return effect.clippedShare() > CLIPPED_SHARE;
  }

  private static boolean clipsLargest(QuantizerEffect effect) {
    return effect.largest().ratio() > 1;
  }

  /** First the share, if it is large, then how far the largest number is beyond. */
  private static double severity(QuantizerEffect effect) {
    double beyond = 1 - 1 / worst(effect).ratio();
    return clipsMany(effect) ? 1 + effect.clippedShare() : beyond;
  }

  private static Clipped worst(QuantizerEffect effect) {
    return clipsLargest(effect) ? effect.largest() : effect.ofValues();
  }

  private static String what(QuantizerEffect effect) {
    Clipped worst = worst(effect);
    String largest = String.format(Locale.ROOT, "%.4g becomes %.4g", worst.value(), worst.limit());
    return clipsMany(effect)
        ? String.format(
            Locale.ROOT, "%.1f %% of its values (%s)", 100 * effect.clippedShare(), largest)
        : "its largest value (" + largest + ")";
  }

  private static String others(int all) {
    return switch (all) {
      case 1 -> "";
      case 2 -> ", and 1 other quantizer clips";
      default -> ", and %d other quantizers clip".formatted(all - 1);
    };
  }

  /** The option without which a quantizer would clip less. */
  private static String unclipped(QuantizerEffect effect) {
    QuantizerSpec spec = effect.spec();
    if (spec.format() instanceof FloatFormat format) {
      if (format.isCast()) {
        return "bf16, or e5m10 with its scale,";
      }
      if (!spec.needsRange()) {
        return spec.kind() == QuantizerKind.RESULT
            ? "another %s, or none,".formatted(UserOption.RESULT_BIAS)
            : UserOption.SCALE.with("real");
      }
      boolean isChosen = format.fixedBias().isEmpty();
      if (isChosen
          && effect.ofRange().ratio() > 1
          && spec.options().biasPolicy() == BiasPolicy.SATURATE) {
        return UserOption.BIAS_POLICY.with("cover or real");
      }
    }
    if (spec.kind() == QuantizerKind.WEIGHT) {
      return spec.method().equals(RangeMethod.MINMAX)
          ? "a range of this weight (without %s)".formatted(UserOption.RANGES)
          : UserOption.WEIGHT_RANGE.with("minmax");
    }
    return spec.method().equals(RangeMethod.ALLMINMAX)
        ? "calibration on more data (%s, %s)"
            .formatted(UserOption.CALIBRATION, UserOption.CALIBRATION_BATCHES)
        : UserOption.ACTIVATION_RANGE.with("allminmax");
  }

  /**
   * The layer whose operands have most noise, compared with the layers before and after it.
   *
   * @param layers names of those that multiply, in the order of the graph
   */
  public Optional<Advice> operandNoise(List<String> layers) {
    Map<String, Double> noise = new HashMap<>();
    for (QuantizerEffect effect : effects) {
      if (!Double.isNaN(effect.sqnr())) {
        noise.merge(effect.layer(), Math.pow(10, -effect.sqnr() / 10), Double::sum);
      }
    }
    List<LayerNoise> known = new ArrayList<>();
    for (String layer : layers) {
      Double ratio = noise.get(layer);
      if (ratio != null) {
        known.add(new LayerNoise(layer, -10 * Math.log10(ratio)));
      }
    }
    return noise(known);
  }

  /**
   * The layer that is farthest below the layers before and after it, if it is by more than 10 dB.
   *
   * @param layers in the order of the graph
   */
  public Optional<Advice> noise(List<LayerNoise> layers) {
    List<LayerNoise> finite =
        layers.stream().filter(layer -> Double.isFinite(layer.sqnr())).toList();
    Map<Integer, Double> dips = new LinkedHashMap<>();
    for (int i = 0; i < finite.size(); i++) {
      double least =
          neighbours(finite, i).stream().mapToDouble(LayerNoise::sqnr).min().orElse(Double.NaN);
      double dip = least - finite.get(i).sqnr();
      if (dip > DIP) {
        dips.put(i, dip);
      }
    }
    return dips.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(
            dip ->
                new Advice(
                    Advice.Kind.NOISE,
                    dip.getValue(),
                    line(finite.get(dip.getKey()), neighbours(finite, dip.getKey()), dips.size())));
  }

  private static List<LayerNoise> neighbours(List<LayerNoise> layers, int i) {
    List<LayerNoise> both = new ArrayList<>();
    if (i > 0) {
      both.add(layers.get(i - 1));
    }
    if (i + 1 < layers.size()) {
      both.add(layers.get(i + 1));
    }
    return both;
  }

  private String line(LayerNoise layer, List<LayerNoise> neighbours, int all) {
    List<String> beside =
        neighbours.stream().map(other -> String.format(Locale.ROOT, "%.1f", other.sqnr())).toList();
    String more =
        switch (all) {
          case 1 -> "";
          case 2 -> " (and 1 other layer like it)";
          default -> " (and %d other layers like it)".formatted(all - 1);
        };
    String who = beside.size() == 1 ? "the layer beside it has" : "the layers beside it have";
    return "%s has an SQNR of %s dB, %s %s%s; %s mends it"
        .formatted(
            layer.layer(),
            String.format(Locale.ROOT, "%.1f", layer.sqnr()),
            who,
            String.join(" and ", beside),
            more,
            quieter(layer.layer()));
  }

  /** The option with which a layer would have less noise. */
  private String quieter(String layer) {
    Optional<QuantizerEffect> noisiest =
        effects.stream()
            .filter(effect -> effect.layer().equals(layer) && Double.isFinite(effect.sqnr()))
            .min(Comparator.comparingDouble(QuantizerEffect::sqnr));
    if (noisiest.isPresent() && noisiest.get().clippedNoise() > MOST) {
      return unclipped(noisiest.get());
    }
    LayerNumerics own = numerics.forNode(layer);
    if (own.product().isApproximate()) {
      return UserOption.LAYER.with("'%s:multiplier=exact,round-products=false'".formatted(layer));
    }
    boolean isWeight = noisiest.isPresent() && noisiest.get().spec().kind() == QuantizerKind.WEIGHT;
    boolean isShared = isWeight && noisiest.get().spec().channels().isTensor();
    if (isShared && numerics.ranges().scope() == WeightScope.TENSOR) {
      return UserOption.WEIGHT_SCOPE.with("channel");
    }
    int bits = noisiest.map(effect -> effect.spec().format().bits()).orElse(Byte.SIZE);
    return UserOption.LAYER.with(
        "'%s:%s=%s'"
            .formatted(
                layer, isWeight ? "weights" : "activations", bits > Byte.SIZE ? "fp32" : "e5m10"));
  }
}
