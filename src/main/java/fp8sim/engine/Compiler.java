package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.format.BlockFormat;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.infer.ResultTypes;
import fp8sim.pass.infer.Revealed;
import fp8sim.pass.infer.ShapeInference;
import fp8sim.pass.infer.Stage;
import fp8sim.pass.quantize.GraphPart;
import fp8sim.pass.quantize.Placement;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.pass.quantize.QuantizerPlacement;
import fp8sim.pass.quantize.WeightQuantization;
import fp8sim.pass.rewrite.Passes;
import fp8sim.plan.PlacedQuantizers;
import fp8sim.plan.Plan;
import fp8sim.plan.Planner;
import fp8sim.plan.ProductArithmetic;
import fp8sim.quant.CalibratedRange;
import fp8sim.quant.ProductSite;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.Ranges;
import fp8sim.quant.ValueRange;
import fp8sim.quant.Workers;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compiles one model with one choice of numerics: graph, quantized graph, plan. What it returns
 * depends on its arguments only. It remembers constants, quantized weights and the last quantized
 * graph, so that compilations of one network share them. Not thread-safe.
 */
final class Compiler {
  private record Key(InputSignature inputs, CompileOptions untapped) {}

  private record Remembered(Key key, Stage stage, QuantizedGraph graph) {}

  private final Graph model;
  private final Numerics numerics;
  private final KernelConstantEvaluator evaluator;
  private final Set<String> valueInputs;
  private final WeightQuantization weights;
  private final ApproximateProducts products;
  private @Nullable Remembered last;

  /**
   * A compiler.
   *
   * @param model as imported
   * @param workers find ranges of weights and quantize them
   */
  Compiler(Graph model, Numerics numerics, Workers workers) {
    this.model = model;
    this.numerics = numerics;
    this.evaluator = new KernelConstantEvaluator(model.name());
    this.valueInputs = ShapeInference.valueInputs(model);
    this.weights = new WeightQuantization(numerics.seed(), workers);
    this.products = new ApproximateProducts(numerics.quantizers().biasPolicy());
  }

  Graph model() {
    return model;
  }

  Numerics numerics() {
    return numerics;
  }

  /** The inputs whose values decide shapes; a network is compiled for their values. */
  Set<String> valueInputs() {
    return valueInputs;
  }

  /** The results of a node whose shapes depend on data. */
  List<Tensor> evaluate(Node node, List<Tensor> operands) {
    return evaluator.evaluate(node, new ArrayList<>(operands), ResultTypes.of(node, operands));
  }

  /**
   * Types only: no pattern is recognised, and every value keeps its name. Empty if shapes depend on
   * data.
   */
  Optional<Graph> infer(Map<String, Shape> shapes, Map<String, Tensor> values) {
    Stage stage = ShapeInference.stage(model, shapes, values, Revealed.NONE, evaluator);
    return stage.isWhole() ? Optional.of(stage.graph()) : Optional.empty();
  }

  /**
   * The whole way from the model to a plan; of a network whose shapes depend on data, as far as
   * they are known.
   *
   * @throws Fp8simException if model, numerics and inputs do not fit, or a range is missing
   */
  Compiled compile(InputSignature inputs, CompileOptions options) {
    Remembered remembered = remembered(inputs, options);
    QuantizedGraph quantized = remembered.graph();
    Stage stage = remembered.stage();
    Graph tapped =
        stage.isWhole()
            ? quantized.graph().withTaps(options.taps())
            : quantized.only(stage.wanted());
    BatchStatistics statistics =
        options.purpose() == Purpose.BATCH_STATISTICS
            ? BatchStatistics.of(tapped)
            : BatchStatistics.none(tapped);
    Graph shared = quantized.share(statistics.graph());
    Map<ProductSite, ProductArithmetic> arithmetics =
        new NetworkProducts(quantized, numerics).arithmetics(products);
    Plan plan = Planner.plan(shared, numerics, placed(quantized), arithmetics);
    return new Compiled(stage, quantized, statistics, plan);
  }

  /**
   * A plan to look at: with the products of all layers, on the range -1 to 1 where a range is not
   * known.
   */
  Plan outline(InputSignature inputs, CompileOptions options) {
    QuantizedGraph known = quantize(inputs, options);
    boolean complete =
        known.quantizers().values().stream()
            .allMatch(
                spec ->
                    spec.kind() == QuantizerKind.WEIGHT
                        || known.activations().containsKey(spec.id()));
    QuantizedGraph quantized =
        complete ? known : quantize(inputs, options.withPurpose(Purpose.CALIBRATION));
    Map<ProductSite, ProductArithmetic> arithmetics =
        new NetworkProducts(quantized, numerics).assumed(products);
    return Planner.plan(
        quantized.share(quantized.graph()), numerics, placed(quantized), arithmetics);
  }

  /** The quantizers of a graph, as the planner has to know them. */
  static PlacedQuantizers placed(QuantizedGraph graph) {
    Set<QuantizerId> blocked =
        graph.quantizers().values().stream()
            .filter(spec -> spec.format() instanceof BlockFormat)
            .map(QuantizerSpec::id)
            .collect(Collectors.toSet());
    return new PlacedQuantizers(graph.quantizers().keySet(), graph.calibrating(), blocked);
  }

  /** The graph for inputs like these with its quantizers, its weights quantized. */
  QuantizedGraph quantize(InputSignature inputs, CompileOptions options) {
    return remembered(inputs, options).graph();
  }

  /**
   * The same.
   *
   * @throws Fp8simException (input) if shapes depend on data
   */
  QuantizedGraph quantizeWhole(InputSignature inputs, CompileOptions options) {
    Remembered remembered = remembered(inputs, options);
    if (!remembered.stage().isWhole()) {
      throw Fp8simException.input(
          "%s: shapes depend on data from %s on"
              .formatted(model.name(), remembered.stage().rest().getFirst().describe()));
    }
    return remembered.graph();
  }

  private Remembered remembered(InputSignature inputs, CompileOptions options) {
    Key key = new Key(inputs, options.untapped());
    Remembered known = last;
    if (known == null || !known.key().equals(key)) {
      Stage stage =
          Passes.prepareStage(model, inputs.shapes(), inputs.values(), inputs.known(), evaluator);
      known = new Remembered(key, stage, quantized(stage, options));
      last = known;
    }
    return known;
  }

  private QuantizedGraph quantized(Stage stage, CompileOptions options) {
    Graph graph = stage.graph();
    if (!numerics.quantizes() && numerics.product().needsCodes()) {
      throw Fp8simException.usage(
          "%s: products of codes need a %s, such as %s"
              .formatted(
                  numerics.product().describeCodes(),
                  UserOption.FORMAT,
                  UserOption.FORMAT.with("e4m3")));
    }
    if (!options.constants().isEmpty()) {
      Map<String, Tensor> initializers = new HashMap<>(graph.initializers());
      initializers.putAll(options.constants());
      graph = graph.withNodes(graph.nodes(), initializers);
    }
    boolean calibrating = options.purpose() == Purpose.CALIBRATION;
    Placement placement =
        withNote(
            QuantizerPlacement.place(graph, numerics, calibrating, part(stage)),
            numerics.quantizes() ? stage.productsDone() : List.of());
    if (!stage.isWhole()) {
      placement =
          placement.withNote(
              "%s: shapes depend on data from %s on: layers behind it are known for given inputs only"
                  .formatted(model.name(), stage.rest().getFirst().describe()));
    }
    Map<QuantizerId, QuantizedGraph.Fixed> activations =
        activations(placement, options.ranges(), calibrating);
    WeightQuantization.Result result = weights.apply(placement, options.ranges());
    return new QuantizedGraph(
        result.graph(), placement, result.weights(), activations, calibrating);
  }

  private Placement withNote(Placement placement, List<String> products) {
    return products.isEmpty()
        ? placement
        : placement.withNote(
            "%s: products that stay in float: %s (inside a Loop whose iterations depend on data)"
                .formatted(model.name(), String.join(", ", products)));
  }

  private static GraphPart part(Stage stage) {
    if (stage.isWhole()) {
      return GraphPart.WHOLE;
    }
    return stage.hasLayersBehind() ? GraphPart.BEFORE_LAYERS : GraphPart.BEFORE_REST;
  }

  /** The quantizers of computed tensors that have a range, or need none. */
  private static Map<QuantizerId, QuantizedGraph.Fixed> activations(
      Placement placement, Ranges ranges, boolean calibrating) {
    Map<QuantizerId, QuantizedGraph.Fixed> activations = new LinkedHashMap<>();
    for (QuantizerSpec spec : placement.quantizers().values()) {
      CalibratedRange known = ranges.find(spec.id());
      if (spec.kind() == QuantizerKind.WEIGHT) {
        continue;
      }
      if (known != null || !spec.needsRange()) {
        ValueRange range = known == null ? ValueRange.of(-1, 1) : known.ranges().getFirst();
        activations.put(spec.id(), new QuantizedGraph.Fixed(range, spec.quantizer(range)));
      } else if (ranges.isFromFile() && !ranges.isEmpty() && !calibrating) {
        throw missing(spec.id());
      }
    }
    return activations;
  }

  private static Fp8simException missing(QuantizerId quantizer) {
    return Fp8simException.input(
        ("%s: the file has no range for quantizer %s; run fp8sim calibrate with the options"
                + " of this run")
            .formatted(UserOption.RANGES, quantizer));
  }
}
