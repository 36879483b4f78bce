package fp8sim.analysis;

import fp8sim.engine.Blueprint;
import fp8sim.engine.Inspection;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.RangeMethod;
import fp8sim.quant.ValueRange;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a quantizer does at one place, as far as it is known.
 *
 * @param place the quantizer's own, or another one where it quantizes too
 * @param spec of the quantizer
 * @param clippedShare of the values; NaN without values
 * @param clippedNoise share of the squared error that clipping makes; NaN without values
 * @param ofRange of the range that was found, its farthest clipped end
 * @param ofValues the farthest clipped value
 * @param sqnr in dB; NaN without values
 */
public record QuantizerEffect(
    QuantizerId place,
    QuantizerSpec spec,
    double clippedShare,
    double clippedNoise,
    Clipped ofRange,
    Clipped ofValues,
    double sqnr) {

  /**
   * Of all quantizers of a network, in the order of the graph.
   *
   * @param samples batches for its inputs, at least one
   */
  public static List<QuantizerEffect> of(Blueprint network, List<Map<String, Tensor>> samples) {
    return of(
        Inspection.of(network, samples.getFirst()),
        QuantizerStatistics.ofActivations(network, samples));
  }

  /** As {@link #of(Blueprint, List)}; values of activations are not known. */
  public static List<QuantizerEffect> of(Inspection network) {
    return of(network, Map.of());
  }

  private static List<QuantizerEffect> of(
      Inspection network, Map<QuantizerId, TensorStatistics> activations) {
    Map<QuantizerId, TensorStatistics> statistics = new HashMap<>(activations);
    statistics.putAll(QuantizerStatistics.ofWeights(network));
    List<QuantizerEffect> effects = new ArrayList<>();
    network
        .places()
        .forEach(
            (place, spec) ->
                effects.add(of(place, spec, network.range(spec.id()), statistics.get(place))));
    return effects;
  }

  private static QuantizerEffect of(
      QuantizerId place,
      QuantizerSpec spec,
      @Nullable CalibratedRange range,
      @Nullable TensorStatistics values) {
    // The grid of results that are rounded within products is the product's own.
    boolean counts = spec.needsRange() && spec.kind() != QuantizerKind.RESULT;
    Clipped ofRange = Clipped.NONE;
    for (ValueRange each : range == null || !counts ? List.<ValueRange>of() : range.ranges()) {
      ofRange = ofRange.or(QuantizerLimits.of(spec.quantizer(each)).clipped(each));
    }
    return values == null
        ? new QuantizerEffect(
            place, spec, Double.NaN, Double.NaN, ofRange, Clipped.NONE, Double.NaN)
        : new QuantizerEffect(
            place,
            spec,
            values.clipped(),
            values.clippedNoise(),
            ofRange,
            values.worst(),
            values.sqnr());
  }

  /** The layer, or the product within it, that the place belongs to. */
  String layer() {
    return place.owner().toString();
  }

  /**
   * The largest number that is clipped. Values beyond a range that holds all of the calibration
   * data are none: others are never quite the same.
   */
  Clipped largest() {
    boolean isCovered =
        spec.kind() != QuantizerKind.WEIGHT
            && spec.needsRange()
            && spec.method().equals(RangeMethod.ALLMINMAX);
    return isCovered ? ofRange : ofRange.or(ofValues);
  }
}
