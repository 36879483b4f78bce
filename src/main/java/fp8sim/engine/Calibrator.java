package fp8sim.engine;

import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.Ranges;
import fp8sim.quant.ValueRange;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ranges of a network's quantizers. Every batch first updates the ranges, each before the
 * values go through its quantizer; products are exact. Ranges that the blueprint has stay.
 */
public final class Calibrator implements AutoCloseable {
  private final Sessions sessions;

  /** A calibration that has seen nothing. */
  public Calibrator(Blueprint blueprint) {
    this.sessions = blueprint.sessions(Purpose.CALIBRATION);
  }

  /** A network with the ranges found on these batches. */
  public static Blueprint calibrated(Blueprint blueprint, List<Map<String, Tensor>> batches) {
    try (Calibrator calibrator = new Calibrator(blueprint)) {
      batches.forEach(batch -> calibrator.observe(batch, 0));
      return blueprint.withRanges(calibrator.ranges());
    }
  }

  /**
   * Runs a batch.
   *
   * @param sample index in the data set of the batch's first sample, for stochastic rounding
   */
  public void observe(Map<String, Tensor> inputs, int sample) {
    sessions.setSample(sample);
    sessions.run(inputs);
  }

  /** The ranges of all quantizers that values went through, and those of weights. */
  public Ranges ranges() {
    QuantizedGraph graph = sessions.last();
    Map<QuantizerId, CalibratedRange> all = new LinkedHashMap<>();
    if (graph != null) {
      for (QuantizerSpec spec : graph.quantizers().values()) {
        CalibratedRange range =
            spec.kind() == QuantizerKind.WEIGHT ? graph.range(spec.id()) : activation(spec);
        if (range != null) {
          all.put(spec.id(), range);
        }
      }
    }
    return Ranges.of(all);
  }

  private @Nullable CalibratedRange activation(QuantizerSpec spec) {
    ValueRange range = sessions.table().get(spec.id()).range();
    return range == null ? null : spec.calibrated(List.of(range));
  }

  /** What the user should know about the placement of quantizers, one sentence each. */
  public List<String> notes() {
    return sessions.notes();
  }

  /** The numbers that quantizers met and that are not finite. */
  public NonFiniteValues nonFiniteValues() {
    return NonFiniteValues.of(sessions.table());
  }

  @Override
  public void close() {
    sessions.close();
  }
}
