package fp8sim.pass.quantize;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.BatchNorm;
import fp8sim.numerics.Extra;
import fp8sim.numerics.LayerChange;
import fp8sim.numerics.LayerKey;
import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.LayerOverride;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.Pooling;
import fp8sim.numerics.QuantizeAt;
import fp8sim.quant.ProductSite;
import fp8sim.quant.QuantizerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Refuses exceptions for layers that would do nothing: whose pattern matches no node, or that have
 * a key which no matched node can act on. A key that repeats what a layer does anyway is none.
 */
final class OverrideCheck {
  /** Matched nodes that a message names. */
  private static final int NAMED = 3;

  private static final String NO_OBSTACLE = "";
  private static final String FLOAT_ACTIVATIONS = "its activations are float32";

  private final Graph original;
  private final Graph quantized;
  private final GraphIndex index;
  private final Numerics numerics;
  private final Placement placement;

  /**
   * A check of all exceptions.
   *
   * @param original the model, whose nodes messages name
   * @param quantized the same in the form in which quantizers were placed
   * @param index of {@code quantized}
   */
  OverrideCheck(
      Graph original, Graph quantized, GraphIndex index, Numerics numerics, Placement placement) {
    this.original = original;
    this.quantized = quantized;
    this.index = index;
    this.numerics = numerics;
    this.placement = placement;
  }

  /**
   * Checks that patterns match.
   *
   * @throws Fp8simException (usage) if one matches no node
   */
  static void checkNames(Graph graph, Numerics numerics) {
    for (LayerOverride override : numerics.layers()) {
      if (matched(graph, override).isEmpty()) {
        throw Fp8simException.usage(
            "%s: no layer of %s has such a name; fp8sim inspect shows the names"
                .formatted(UserOption.LAYER.with(override.text()), graph.name()));
      }
    }
  }

  /**
   * Checks that a network without any quantizer has no exceptions.
   *
   * @throws Fp8simException (usage) if it has one
   */
  static void checkFloat(Graph graph, Numerics numerics) {
    for (LayerOverride override :
        numerics.derived() ? List.<LayerOverride>of() : numerics.layers()) {
      LayerKey key = override.keys().getFirst();
      throw wrong(graph, override, key, "nothing is quantized; name a " + UserOption.FORMAT);
    }
  }

  /**
   * Checks that each key has a node to act on.
   *
   * @throws Fp8simException (usage) if one has none
   */
  void check() {
    if (numerics.derived()) {
      return;
    }
    for (LayerOverride override : numerics.layers()) {
      List<Node> nodes = matched(quantized, override);
      for (LayerChange change : override.changes()) {
        checkKey(override, change, nodes);
      }
    }
  }

  private void checkKey(LayerOverride override, LayerChange change, List<Node> nodes) {
    List<String> obstacles = new ArrayList<>();
    for (Node node : nodes) {
      String obstacle = obstacle(node, change);
      if (obstacle.equals(NO_OBSTACLE)) {
        return;
      }
      // Of many nodes the reason is that of a layer, rather than of what has no numerics at all.
      if (placement.layers().containsKey(node.name())) {
        obstacles.addFirst(obstacle);
      } else {
        obstacles.add(obstacle);
      }
    }
    throw wrong(
        original, override, change.key(), obstacles.isEmpty() ? removed() : obstacles.getFirst());
  }

  private String removed() {
    return numerics.placement().batchNorm() == BatchNorm.FOLD
        ? "it is no node of the quantized network (%s)"
            .formatted(UserOption.BATCH_NORM.with("fold"))
        : "it is no node of the quantized network";
  }

  private static List<Node> matched(Graph graph, LayerOverride override) {
    return graph.nodes().stream().filter(node -> override.matches(node.name())).toList();
  }

  private static Fp8simException wrong(
      Graph graph, LayerOverride override, LayerKey key, String reason) {
    List<Node> nodes = matched(graph, override);
    List<String> names =
        nodes.stream()
            .limit(NAMED)
            .map(node -> "%s (%s)".formatted(node.name(), node.op().onnxName()))
            .toList();
    String more = nodes.size() > NAMED ? " and %d more".formatted(nodes.size() - NAMED) : "";
    return Fp8simException.usage(
        "%s: %s has no effect on %s%s: %s"
            .formatted(
                UserOption.LAYER.with(override.text()),
                key,
                String.join(", ", names),
                more,
                reason));
  }

  /** Why a change cannot act on a node; empty if it can. */
  private String obstacle(Node node, LayerChange change) {
    PlacedLayer layer = placement.layers().get(node.name());
    if (layer != null) {
      return ofLayer(layer, change.key());
    }
    LayerNumerics own = numerics.forNode(node.name());
    return switch (change.key()) {
      case WEIGHTS, WEIGHT_RANGE -> "it has no constant weight";
      case FORMAT, ACTIVATIONS -> ofActivations(node, own);
      case ACTIVATION_RANGE -> ofActivationRange(node, own);
      case QUANTIZE -> ofQuantize(node, own);
      case MULTIPLIER, ACCUMULATOR, ROUND_PRODUCTS, RESULT_BIAS -> ofProduct(node, change);
    };
  }

  private String ofLayer(PlacedLayer layer, LayerKey key) {
    LayerNumerics own = layer.numerics();
    String name = layer.role().name();
    boolean floatActivations =
        !Numerics.isQuantized(own.input()) && !Numerics.isQuantized(own.output());
    return switch (key) {
      case WEIGHT_RANGE -> {
        if (hasRange(name, QuantizerKind.WEIGHT)) {
          yield NO_OBSTACLE;
        }
        yield layer.weight() == null ? "its weight is float32" : withoutRange();
      }
      case ACTIVATION_RANGE -> {
        if (hasRange(name, QuantizerKind.ACTIVATION)) {
          yield NO_OBSTACLE;
        }
        yield floatActivations ? FLOAT_ACTIVATIONS : withoutRange();
      }
      case QUANTIZE -> floatActivations ? FLOAT_ACTIVATIONS : NO_OBSTACLE;
      case RESULT_BIAS ->
          layer.result() == null
              ? "its result has no quantizer (%s)".formatted(UserOption.RESULT_QUANTIZER)
              : NO_OBSTACLE;
      case FORMAT, WEIGHTS, ACTIVATIONS, MULTIPLIER, ACCUMULATOR, ROUND_PRODUCTS -> NO_OBSTACLE;
    };
  }

  private boolean hasRange(String node, QuantizerKind kind) {
    return placement.quantizers().values().stream()
        .anyMatch(
            spec -> spec.kind() == kind && spec.id().layer().equals(node) && spec.needsRange());
  }

  private static String withoutRange() {
    return "it has no quantizer of its own that depends on a range";
  }

  private String ofActivations(Node node, LayerNumerics own) {
    boolean inputsOnly = numerics.placement().preset().inputsOnly();
    if (index.isResidualAdd(node)) {
      return inputsOnly ? "the preset quantizes inputs of weight layers only" : NO_OBSTACLE;
    }
    if (index.isAveragePooling(node)) {
      String obstacle = ofPooling();
      return obstacle.isEmpty() && own.at() == QuantizeAt.INPUT
          ? "average pooling passes values (%s); quantize=output gives it a quantizer"
              .formatted(UserOption.POOLING.with("pass"))
          : obstacle;
    }
    if (isProduct(node)) {
      boolean scores = node.op() instanceof Op.Attention && has(Extra.SOFTMAX);
      return scores || has(Extra.KV_CACHE) || QuantizedForm.isProductWanted(numerics, own)
          ? NO_OBSTACLE
          : "products of two computed values are quantized with "
              + UserOption.QUANTIZE_EXTRA.with("attention");
    }
    return switch (node.op()) {
      case Op.LayerNormalization _, Op.RmsNormalization _ -> ofExtra(Extra.LAYERNORM, "layernorm");
      case Op.Softmax _ -> ofExtra(Extra.SOFTMAX, "softmax");
      case Op.Unary unary when QuantizedForm.isGelu(unary) -> ofExtra(Extra.GELU, "gelu");
      default -> "it has no quantizer";
    };
  }

  private String ofExtra(Extra extra, String option) {
    return has(extra)
        ? NO_OBSTACLE
        : "it is quantized with " + UserOption.QUANTIZE_EXTRA.with(option);
  }

  private boolean has(Extra extra) {
    return numerics.placement().extras().contains(extra);
  }

  private String ofPooling() {
    if (numerics.placement().preset().inputsOnly()) {
      return "the preset quantizes inputs of weight layers only";
    }
    return numerics.placement().pooling() == Pooling.PREVIOUS
        ? "average pooling uses the quantizer before it (%s)"
            .formatted(UserOption.POOLING.with("previous"))
        : NO_OBSTACLE;
  }

  private String ofActivationRange(Node node, LayerNumerics own) {
    if (hasRange(node.name(), QuantizerKind.ACTIVATION)) {
      return NO_OBSTACLE;
    }
    String obstacle = ofActivations(node, own);
    if (!obstacle.isEmpty()) {
      return obstacle;
    }
    return Numerics.isQuantized(own.input()) ? withoutRange() : FLOAT_ACTIVATIONS;
  }

  private String ofQuantize(Node node, LayerNumerics own) {
    if (!index.isAveragePooling(node)) {
      return "only layers with a constant weight, and average pooling, have the choice";
    }
    String obstacle = ofPooling();
    return obstacle.isEmpty() && !Numerics.isQuantized(own.output()) ? FLOAT_ACTIVATIONS : obstacle;
  }

  /** Of {@code multiplier}, {@code accumulator}, {@code round-products} and {@code result-bias}. */
  private String ofProduct(Node node, LayerChange change) {
    if (!isProduct(node)) {
      return switch (node.op()) {
        case Op.Conv _, Op.ConvTranspose _, Op.Gemm _, Op.MatMul _, Op.Einsum _ ->
            "its product stays in float";
        default -> "it multiplies nothing";
      };
    }
    boolean isQuantized = QuantizedForm.quantizesProducts(numerics, node);
    boolean acts =
        switch (change) {
          case LayerChange.OfMultiplier of -> isQuantized || of.isExact();
          case LayerChange.OfRounding of -> isQuantized || !of.rounds();
          case LayerChange.OfResultBias _ -> hasResult(node.name());
          default -> isQuantized;
        };
    if (acts) {
      return NO_OBSTACLE;
    }
    return isQuantized ? "its result has no quantizer" : "its operands are not quantized";
  }

  private boolean hasResult(String node) {
    return Stream.of(ProductSite.Part.values())
        .map(part -> new ProductSite(node, part).result())
        .anyMatch(placement.quantizers()::containsKey);
  }

  /** Whether a node multiplies two computed values, and they may be quantized. */
  private boolean isProduct(Node node) {
    return switch (node.op()) {
      case Op.Attention _ -> true;
      case Op.MatMul _ -> !index.isConstant(node.input(0)) && !index.isConstant(node.input(1));
      default -> false;
    };
  }
}
