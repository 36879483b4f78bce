package fp8sim.numerics;

import fp8sim.common.OptionNames;
import fp8sim.format.Float32;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.multiplier.model.ChosenMultiplier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything the user chose about numbers, resolved. Immutable.
 *
 * @param reestimateBatches number of calibration batches that BatchNormalization is re-estimated
 *     from; 0 for not at all
 */
public record Numerics(
    TensorFormats formats,
    PlacementOptions placement,
    QuantizationOptions quantization,
    ProductOptions product,
    FloatMath floatMath,
    int reestimateBatches,
    LayerOverrides overrides) {
  /** Plain float32 with fused multiply-add. */
  public static final Numerics FLOAT32 = float32(FloatMath.FUSED);

  /** Plain float32. */
  public static Numerics float32(FloatMath floatMath) {
    return new Numerics(
        TensorFormats.FLOAT32,
        PlacementOptions.DEFAULT,
        QuantizationOptions.DEFAULT,
        ProductOptions.DEFAULT,
        floatMath,
        0,
        LayerOverrides.NONE);
  }

  /** Format of weights; float32 if they are not quantized. */
  public Format weights() {
    return formats.weights();
  }

  /** Format of activations; float32 if they are not quantized. */
  public Format activations() {
    return formats.activations();
  }

  public RangeOptions ranges() {
    return quantization.ranges();
  }

  public QuantizerOptions quantizers() {
    return quantization.quantizers();
  }

  public ResultOptions result() {
    return quantization.result();
  }

  /** The seed of stochastic rounding. */
  public long seed() {
    return quantization.seed();
  }

  /** Exceptions, the last that matches wins. */
  public List<LayerOverride> layers() {
    return overrides.all();
  }

  /** See {@link LayerOverrides#derived}. */
  public boolean derived() {
    return overrides.derived();
  }

  /** The same without quantizers: what quantized results are compared with. */
  public Numerics withoutQuantizers() {
    return float32(floatMath);
  }

  /**
   * What calibration depends on: numerics for which this is equal have the same ranges. They are
   * numerics to calibrate with, too.
   */
  public Numerics forCalibration() {
    return with(formats, product.forCalibration(!layers().isEmpty()), 0, layers());
  }

  /** The same formats with exact products, but for exceptions. */
  public Numerics withExactProducts() {
    return with(formats, product.exact(), reestimateBatches, layers());
  }

  /** Float32 but for exceptions, which keep all other options. */
  public Numerics withoutFormats() {
    return with(TensorFormats.FLOAT32, ProductOptions.DEFAULT, reestimateBatches, layers());
  }

  /** The same with more exceptions, which win over those before. */
  public Numerics withLayers(List<LayerOverride> more) {
    List<LayerOverride> all = new ArrayList<>(layers());
    all.addAll(more);
    return with(formats, product, reestimateBatches, all);
  }

  private Numerics with(
      TensorFormats newFormats,
      ProductOptions newProduct,
      int newReestimateBatches,
      List<LayerOverride> newLayers) {
    return new Numerics(
        newFormats,
        placement,
        quantization,
        newProduct,
        floatMath,
        newReestimateBatches,
        new LayerOverrides(newLayers, true));
  }

  /** For reports: formats and products, {@code float32 (fused)} without quantizers. */
  public String describe() {
    if (!quantizes()) {
      return "float32 (" + OptionNames.of(floatMath) + ")";
    }
    String formats =
        weights().equals(activations())
            ? weights().name()
            : "weights " + weights().name() + ", activations " + activations().name();
    String rounded = product.roundProducts() ? " rounded" : "";
    String products =
        product.equals(ProductOptions.DEFAULT) ? "" : ", " + product.multiplier() + rounded;
    return formats + ", " + OptionNames.of(placement.at()) + "s quantized" + products;
  }

  /** Whether any layer may have quantizers. */
  public boolean quantizes() {
    return isQuantized(weights())
        || isQuantized(activations())
        || layers().stream().anyMatch(LayerOverride::quantizes);
  }

  /** Whether any activation may have a quantizer. */
  public boolean quantizesActivations() {
    return isQuantized(activations())
        || layers().stream().anyMatch(LayerOverride::quantizesActivations);
  }

  /** Whether the quantizer of any activation or result may depend on a range. */
  public boolean needsRanges() {
    List<Format> formats = new ArrayList<>(List.of(activations()));
    formats.add(Widths.of(activations(), placement.preset().lastInputBits()));
    layers().forEach(layer -> formats.addAll(layer.activationFormats()));
    if (result().format() instanceof ResultFormat.Given given && quantizesActivations()) {
      formats.add(given.format());
    }
    return formats.stream().anyMatch(quantizers()::needsRange);
  }

  /** The multipliers of all layers, that of most layers first. */
  public Set<ChosenMultiplier> multipliers() {
    Set<ChosenMultiplier> all = new LinkedHashSet<>();
    all.add(product.multiplier());
    layers().forEach(layer -> layer.multiplier().ifPresent(all::add));
    return all;
  }

  /** The formats that are named for tensors and results, of layers too. */
  public Set<Format> allFormats() {
    Set<Format> all = new LinkedHashSet<>(List.of(weights(), activations()));
    if (result().format() instanceof ResultFormat.Given given) {
      all.add(given.format());
    }
    layers().stream()
        .flatMap(layer -> layer.changes().stream())
        .filter(LayerChange.OfFormat.class::isInstance)
        .forEach(change -> all.add(((LayerChange.OfFormat) change).format()));
    return all;
  }

  /** Whether a format means that a tensor gets a quantizer. */
  public static boolean isQuantized(Format format) {
    return !(format instanceof Float32);
  }

  /** The numerics of layers that neither a preset nor an override changes. */
  LayerNumerics forMost() {
    return new LayerNumerics(
        weights(), activations(), activations(), placement.at(), ranges(), result(), product);
  }

  /** The numerics of one weight layer: presets first, then overrides. */
  public LayerNumerics forLayer(LayerRole role) {
    Preset preset = placement.preset();
    QuantizeAt at = preset.inputsOnly() ? QuantizeAt.INPUT : placement.at();
    boolean floatInput = preset.inputsOnly() && role.first();
    boolean floatOutput = preset.floatLogits() && role.last();
    Format input = role.last() ? Widths.of(activations(), preset.lastInputBits()) : activations();
    LayerNumerics numerics =
        new LayerNumerics(
            Widths.of(weights(), preset.weightBits(role)),
            floatInput ? Formats.FLOAT32 : input,
            floatOutput ? Formats.FLOAT32 : activations(),
            at,
            ranges(),
            result(),
            product);
    for (LayerOverride override : layers()) {
      if (override.matches(role.name())) {
        numerics = override.applyTo(numerics);
      }
    }
    return numerics;
  }

  /**
   * The numerics of what is no weight layer (residual adds, attention): the network's, and the
   * overrides that match the node's name.
   */
  public LayerNumerics forNode(String name) {
    return forLayer(LayerRole.of(name));
  }
}
