package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.format.Quantizer;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.NameSuffix;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.quantize.PlacedLayer;
import fp8sim.pass.quantize.Placement;
import fp8sim.pass.quantize.QuantizerPlacement;
import fp8sim.pass.quantize.QuantizerSharing;
import fp8sim.pass.quantize.WeightQuantization;
import fp8sim.pass.quantize.WeightQuantization.QuantizedWeight;
import fp8sim.plan.ProductArithmetic;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerState;
import fp8sim.quant.QuantizerTable;
import fp8sim.quant.RangesFile;
import fp8sim.quant.ValueRange;
import fp8sim.quant.Workers;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The quantizers of one network: where they are, and the ranges found so far. */
public final class Quantization {
  /** Quantizers that a message names. */
  private static final int NAMED = 5;

  private final Numerics numerics;
  private final Workers workers;
  private final QuantizerTable table;
  private final WeightQuantization weights;
  private final Map<String, QuantizerSpec> specs = new LinkedHashMap<>();
  private final Map<String, List<ValueRange>> given = new LinkedHashMap<>();
  private final Map<String, Tensor> replaced = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private @Nullable Placement placement;
  private final ApproximateProducts products;
  private boolean calibrating;

  /**
   * Nothing yet.
   *
   * @param threads that find ranges and quantize weights
   */
  Quantization(Numerics numerics, int threads) {
    this.numerics = numerics;
    this.workers = new Workers(threads);
    this.table = new QuantizerTable(numerics.seed());
    this.weights = new WeightQuantization(numerics.seed(), workers);
    this.products = new ApproximateProducts(numerics.quantizers().biasPolicy());
  }

  QuantizerTable table() {
    return table;
  }

  /** The graph with quantizers, its weights quantized. */
  Graph apply(Graph original) {
    if (!numerics.quantizes() && numerics.product().needsCodes()) {
      throw Fp8simException.usage(
          "%s: products of codes need a %s, such as %s"
              .formatted(
                  numerics.product().describeCodes(),
                  UserOption.FORMAT,
                  UserOption.FORMAT.with("e4m3")));
    }
    Graph graph = original;
    if (!replaced.isEmpty()) {
      Map<String, Tensor> initializers = new HashMap<>(graph.initializers());
      initializers.putAll(replaced);
      graph = graph.withNodes(graph.nodes(), initializers);
    }
    Placement placed = QuantizerPlacement.place(graph, numerics, calibrating);
    placement = placed;
    placed.quantizers().values().forEach(this::declare);
    return weights.apply(placed, given);
  }

  /** The graph without quantizers that compute what is there already, once ranges are fixed. */
  Graph share(Graph graph) {
    return calibrating ? graph : QuantizerSharing.share(graph, this::fixedQuantizer);
  }

  private @Nullable Quantizer fixedQuantizer(String name) {
    boolean known = table.contains(name) && table.get(name).range() != null;
    return known ? table.get(name).quantizer() : null;
  }

  private void declare(QuantizerSpec spec) {
    specs.put(spec.name(), spec);
    if (spec.kind() == QuantizerKind.WEIGHT || table.contains(spec.name())) {
      return;
    }
    QuantizerState live = new QuantizerState(spec.name(), spec::quantizer);
    List<ValueRange> ranges = given.get(spec.name());
    if (ranges == null && !given.isEmpty() && spec.needsRange() && !calibrating) {
      throw Fp8simException.input(
          ("%s: the file has no range for quantizer %s; run fp8sim calibrate with the options"
                  + " of this run")
              .formatted(UserOption.RANGES, spec.name()));
    }
    if (ranges != null) {
      live.fix(ranges.getFirst());
    } else if (!spec.needsRange()) {
      live.fix(ValueRange.of(-1, 1));
    } else if (calibrating) {
      live.calibrate(spec.estimator(workers));
    }
    table.add(live);
  }

  /**
   * How layers multiply that do not in float32, by node name. Products are exact while ranges are
   * being found; that the layers can multiply is checked before, on some range.
   *
   * @throws Fp8simException if an operand is float32, or a multiplier is not defined on the formats
   */
  Map<String, ProductArithmetic> arithmetics(Graph graph) {
    Map<String, ProductArithmetic> all = new HashMap<>();
    Placement placed = placement;
    if (placed == null) {
      return all;
    }
    for (Node node : graph.nodes()) {
      PlacedLayer layer = placed.layers().get(node.name());
      if (layer != null && layer.numerics().product().needsCodes()) {
        QuantizedWeight weight = layer.weight() == null ? null : weights.get(layer.weight());
        all.put(
            node.name(),
            products.arithmetic(
                node.name(),
                layer.numerics(),
                quantizer(layer.input()),
                weight == null ? List.of() : List.of(weight.quantizers()),
                quantizer(layer.result())));
      } else if (layer == null) {
        addActivationProducts(node, all);
      }
    }
    if (calibrating) {
      all.values().forEach(products::check);
      all.clear();
    }
    return all;
  }

  /** Products of two computed operands. */
  private void addActivationProducts(Node node, Map<String, ProductArithmetic> all) {
    LayerNumerics layer = numerics.forNode(node.name());
    if (!layer.product().needsCodes() || layer.product().roundProductAndSum()) {
      return;
    }
    String name = node.name();
    switch (node.op()) {
      case Op.MatMul _ -> {
        if (table.contains(name + NameSuffix.LEFT)) {
          all.put(name, activations(name, layer, name + NameSuffix.LEFT, name + NameSuffix.RIGHT));
        }
      }
      case Op.Attention attention -> {
        if (!attention.probabilitiesQuantizer().isEmpty()) {
          String scores = name + NameSuffix.SCORES;
          all.put(
              scores, activations(scores, layer, name + NameSuffix.QUERY, name + NameSuffix.KEY));
          String values = name + NameSuffix.VALUES;
          String probabilities = attention.probabilitiesQuantizer();
          all.put(values, activations(values, layer, probabilities, name + NameSuffix.VALUE));
        }
      }
      default -> {}
    }
  }

  /** The multipliers of the products whose operands both have quantizers, by node name. */
  Map<String, String> multipliers(Graph graph) {
    Map<String, String> all = new HashMap<>();
    Placement placed = placement;
    if (placed == null) {
      return all;
    }
    for (Node node : graph.nodes()) {
      PlacedLayer layer = placed.layers().get(node.name());
      boolean quantized =
          layer != null
              ? layer.weight() != null && Numerics.isQuantized(numerics.activations())
              : specs.containsKey(node.name() + NameSuffix.LEFT)
                  || specs.containsKey(node.name() + NameSuffix.QUERY);
      if (quantized) {
        LayerNumerics own = layer != null ? layer.numerics() : numerics.forNode(node.name());
        all.put(node.name(), own.product().multiplier().specification());
      }
    }
    return all;
  }

  private ProductArithmetic activations(String name, LayerNumerics layer, String a, String b) {
    return products.arithmetic(
        name,
        layer,
        quantizer(a),
        List.of(Objects.requireNonNull(quantizer(b))),
        quantizer(name + NameSuffix.RESULT));
  }

  /** A quantizer of activations; while ranges are being found, one for the range of one. */
  private @Nullable Quantizer quantizer(@Nullable String name) {
    if (name == null || !table.contains(name)) {
      return null;
    }
    QuantizerSpec spec = specs.get(name);
    return calibrating && spec != null
        ? spec.quantizer(ValueRange.of(-1, 1))
        : table.get(name).quantizer();
  }

  /** From now on runs update the ranges of quantizers that have none. */
  void startCalibration() {
    calibrating = true;
    for (QuantizerState live : table.all()) {
      QuantizerSpec spec = specs.get(live.name());
      if (live.range() == null && spec != null) {
        live.calibrate(spec.estimator(workers));
      }
    }
  }

  /** Ends calibration: ranges stay as they are. */
  void finishCalibration() {
    calibrating = false;
    table.all().forEach(QuantizerState::finish);
  }

  /**
   * Takes ranges from a file instead of calibration.
   *
   * @throws Fp8simException later, if the network has a quantizer of activations that the file does
   *     not know
   */
  void use(RangesFile file) {
    file.quantizers().forEach((name, range) -> given.put(name, range.ranges()));
  }

  /** Gives constants of the model other values. */
  void replaceConstants(Map<String, Tensor> constants) {
    replaced.putAll(constants);
  }

  /** Where quantizers are, after a graph was made. */
  public @Nullable Placement placement() {
    return placement;
  }

  /**
   * The quantizers by the name of the place where they are, in the order of the graph: their own
   * name, and that of each other place which they quantize too.
   */
  public Map<String, QuantizerSpec> places() {
    Placement placed = placement;
    if (placed == null) {
      return Map.of();
    }
    Map<String, QuantizerSpec> places = new LinkedHashMap<>(placed.quantizers());
    for (Node node : placed.graph().nodes()) {
      QuantizerSpec spec =
          node.op() instanceof Op.FakeQuantize op ? specs.get(op.quantizer()) : null;
      if (spec != null) {
        places.putIfAbsent(node.name(), spec);
      }
    }
    return places;
  }

  /** What the user should know about the placement, one sentence each. */
  public List<String> notes() {
    return placement == null ? List.of() : placement.notes();
  }

  /** Those of {@link #notes} that this did not return before. */
  public List<String> newNotes() {
    return notes().stream().filter(told::add).toList();
  }

  /** What is known about a quantizer's range; null if nothing is. */
  public @Nullable CalibratedRange range(String quantizer) {
    QuantizerSpec spec = specs.get(quantizer);
    List<ValueRange> ranges = spec == null ? null : ranges(spec);
    return spec == null || ranges == null ? null : spec.calibrated(ranges);
  }

  private @Nullable List<ValueRange> ranges(QuantizerSpec spec) {
    if (spec.kind() == QuantizerKind.WEIGHT) {
      QuantizedWeight weight = weights.get(spec.name());
      return weight == null ? null : weight.ranges();
    }
    ValueRange range = table.contains(spec.name()) ? table.get(spec.name()).range() : null;
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

  /** The weights that are quantized, after a graph was made. */
  public List<QuantizedConstant> constants() {
    List<QuantizedConstant> constants = new ArrayList<>();
    Placement placed = placement;
    if (placed == null) {
      return constants;
    }
    Graph graph = placed.graph();
    for (Node node : graph.nodes()) {
      Tensor exact = graph.initializers().get(node.input(0));
      if (node.op() instanceof Op.FakeQuantize op && exact != null) {
        QuantizedWeight weight = weights.get(op.quantizer());
        QuantizerSpec spec = specs.get(op.quantizer());
        if (weight != null && spec != null) {
          String layer = spec.name().substring(0, spec.name().lastIndexOf('/'));
          constants.add(
              new QuantizedConstant(
                  layer, exact, weight.values(), spec.channels(), List.of(weight.quantizers())));
        }
      }
    }
    return constants;
  }

  /**
   * What quantizers met that is not finite: how many values, and in which layers; empty if nothing.
   */
  public Optional<String> notFinite() {
    List<QuantizerState> met =
        table.all().stream().filter(live -> live.nans() + live.infinities() > 0).toList();
    if (met.isEmpty()) {
      return Optional.empty();
    }
    String names =
        met.stream()
            .limit(NAMED)
            .map(live -> "%s (%d, %d)".formatted(live.name(), live.nans(), live.infinities()))
            .collect(Collectors.joining(", "));
    String more = met.size() > NAMED ? " and %d more".formatted(met.size() - NAMED) : "";
    return Optional.of(
        "%d NaN and %d infinite values were quantized, at %s%s"
            .formatted(
                met.stream().mapToLong(QuantizerState::nans).sum(),
                met.stream().mapToLong(QuantizerState::infinities).sum(),
                names,
                more));
  }
}
