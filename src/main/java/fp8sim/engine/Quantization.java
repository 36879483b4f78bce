package fp8sim.engine;

import fp8sim.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.Placement;
import fp8sim.pass.QuantizerPlacement;
import fp8sim.pass.WeightQuantization;
import fp8sim.pass.WeightQuantization.QuantizedWeight;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.LiveQuantizer;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerTable;
import fp8sim.quant.Range;
import fp8sim.quant.RangesFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The quantizers of one network: where they are, and the ranges found so far. */
public final class Quantization {
  private final Numerics numerics;
  private final QuantizerTable table;
  private final WeightQuantization weights;
  private final Map<String, QuantizerSpec> specs = new LinkedHashMap<>();
  private final Map<String, List<Range>> given = new LinkedHashMap<>();
  private @Nullable Placement placement;
  private boolean calibrating;

  Quantization(Numerics numerics) {
    this.numerics = numerics;
    this.table = new QuantizerTable(numerics.seed());
    this.weights = new WeightQuantization(numerics.seed());
  }

  QuantizerTable table() {
    return table;
  }

  /** The graph with quantizers, its weights quantized. */
  Graph apply(Graph graph) {
    Placement placed = QuantizerPlacement.place(graph, numerics, calibrating);
    placement = placed;
    placed.quantizers().values().forEach(this::declare);
    return weights.apply(placed, given);
  }

  private void declare(QuantizerSpec spec) {
    specs.put(spec.name(), spec);
    if (spec.kind() == QuantizerKind.WEIGHT || table.contains(spec.name())) {
      return;
    }
    LiveQuantizer live = new LiveQuantizer(spec.name(), spec::quantizer);
    List<Range> ranges = given.get(spec.name());
    if (ranges != null) {
      live.fix(ranges.getFirst());
    } else if (!spec.needsRange()) {
      live.fix(Range.of(-1, 1));
    } else if (calibrating) {
      live.calibrate(spec.estimator());
    }
    table.add(live);
  }

  /** From now on runs update the ranges of quantizers that have none. */
  void startCalibration() {
    calibrating = true;
    for (LiveQuantizer live : table.all()) {
      QuantizerSpec spec = specs.get(live.name());
      if (live.range() == null && spec != null) {
        live.calibrate(spec.estimator());
      }
    }
  }

  /** Ends calibration: ranges stay as they are. */
  void finishCalibration() {
    calibrating = false;
    table.all().forEach(LiveQuantizer::finish);
  }

  /**
   * Takes ranges from a file instead of calibration.
   *
   * @throws Fp8simException later, if the network has a quantizer that the file does not know
   */
  void use(RangesFile file) {
    file.quantizers().forEach((name, range) -> given.put(name, range.ranges()));
  }

  /** Where quantizers are, after a graph was made. */
  public @Nullable Placement placement() {
    return placement;
  }

  /** What is known about a quantizer's range; null if nothing is. */
  public @Nullable CalibratedRange range(String quantizer) {
    QuantizerSpec spec = specs.get(quantizer);
    List<Range> ranges = spec == null ? null : ranges(spec);
    return spec == null || ranges == null ? null : spec.calibrated(ranges);
  }

  private @Nullable List<Range> ranges(QuantizerSpec spec) {
    if (spec.kind() == QuantizerKind.WEIGHT) {
      QuantizedWeight weight = weights.get(spec.name());
      return weight == null ? null : weight.ranges();
    }
    Range range = table.contains(spec.name()) ? table.get(spec.name()).range() : null;
    return range == null ? null : List.of(range);
  }

  /** All ranges that are known, by quantizer name. */
  public Map<String, CalibratedRange> ranges() {
    Map<String, CalibratedRange> all = new LinkedHashMap<>();
    for (String name : specs.keySet()) {
      CalibratedRange range = range(name);
      if (range != null) {
        all.put(name, range);
      }
    }
    return all;
  }

  /** NaN values that quantizers have met. */
  public long nans() {
    return table.all().stream().mapToLong(LiveQuantizer::nans).sum();
  }

  /** Infinite values that quantizers have met. */
  public long infinities() {
    return table.all().stream().mapToLong(LiveQuantizer::infinities).sum();
  }
}
