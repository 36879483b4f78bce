package fp8sim.pass.quantize;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.format.ScaleMode;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.BatchNorm;
import fp8sim.numerics.Extra;
import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.LayerRole;
import fp8sim.numerics.NameSuffix;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizeAt;
import fp8sim.numerics.QuantizerOptions;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.numerics.WeightScope;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.RangeMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts quantizers into a graph (docs/semantics.md section 4). Names of quantizers are names of
 * nodes with {@code /weight}, {@code /input}, {@code /output} or {@code /result} behind.
 */
public final class QuantizerPlacement {
  /** Marks values of layers whose operand is not quantized. */
  private static final String NONE = "";

  private final Graph graph;
  private final Numerics numerics;
  private final boolean calibrating;
  private final GraphIndex index;
  private final QuantizerInsertion insertion;
  private final Map<String, QuantizerSpec> quantizers = new LinkedHashMap<>();
  private final Map<String, PlacedLayer> layers = new LinkedHashMap<>();

  /** The quantizer whose output a value is. */
  private final Map<String, String> quantizedValues = new HashMap<>();

  /** What average pooling behind a value uses: of a layer its own quantizer. */
  private final Map<String, String> ownQuantizers = new HashMap<>();

  private QuantizerPlacement(
      Graph graph, GraphIndex index, Numerics numerics, boolean calibrating) {
    this.graph = graph;
    this.index = index;
    this.numerics = numerics;
    this.calibrating = calibrating;
    this.insertion = new QuantizerInsertion(calibrating);
  }

  /**
   * The graph with the quantizers that the numerics ask for.
   *
   * @param graph with inferred types and folded constants
   * @param calibrating whether ranges are being found: then the results of approximate products are
   *     exact and pass through their result quantizers
   * @throws Fp8simException (usage) if a layer pattern matches nothing, a key of it cannot act on
   *     what it matches, or nothing is quantized
   */
  public static Placement place(Graph graph, Numerics numerics, boolean calibrating) {
    OverrideCheck.checkNames(graph, numerics);
    if (!numerics.quantizes()) {
      OverrideCheck.checkFloat(graph, numerics);
      return new Placement(graph, Map.of(), Map.of(), List.of());
    }
    boolean fold = numerics.placement().batchNorm() == BatchNorm.FOLD;
    QuantizedForm form = QuantizedForm.of(QuantizedModel.strip(graph), numerics);
    Graph normalized = fold ? BatchNormFolding.fold(form.graph()) : form.graph();
    List<String> notes = new ArrayList<>(fold ? List.of() : BatchNormFolding.notes(form.graph()));
    GraphIndex index = new GraphIndex(normalized, form.restoring());
    QuantizerPlacement placement = new QuantizerPlacement(normalized, index, numerics, calibrating);
    Placement placed = placement.place(notes);
    new OverrideCheck(graph, normalized, index, numerics, placed).check();
    return placed;
  }

  private Placement place(List<String> notes) {
    List<WeightLayer> weightLayers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      WeightLayer layer = index.weightLayer(node);
      if (layer != null) {
        weightLayers.add(layer);
      }
    }
    Map<String, WeightLayer> byNode = new HashMap<>();
    weightLayers.forEach(layer -> byNode.put(layer.node().name(), layer));
    for (Node node : graph.nodes()) {
      WeightLayer layer = byNode.get(node.name());
      if (layer != null) {
        boolean first = layer == weightLayers.getFirst();
        boolean last = layer == weightLayers.getLast();
        placeLayer(layer, new LayerRole(node.name(), first, last, layer.isDepthwise()));
      } else {
        placeNode(node);
      }
    }
    if (!weightLayers.isEmpty()) {
      widenLastInput(weightLayers.getLast());
    }
    FloatProducts rest = FloatProducts.of(graph, layers.keySet(), numerics);
    if (quantizers.isEmpty()) {
      throw rest.nothingQuantized(!layers.isEmpty());
    }
    rest.note().ifPresent(notes::add);
    return new Placement(insertion.apply(graph), quantizers, layers, notes);
  }

  private void placeLayer(WeightLayer layer, LayerRole role) {
    LayerNumerics layerNumerics = numerics.forLayer(role);
    Node node = layer.node();
    String weight = null;
    if (Numerics.isQuantized(layerNumerics.weights())) {
      boolean perTensor = layerNumerics.ranges().scope() == WeightScope.TENSOR;
      weight =
          declare(
              node.name() + NameSuffix.WEIGHT,
              QuantizerKind.WEIGHT,
              layerNumerics.weights(),
              perTensor ? Channels.TENSOR : layer.channels(),
              layerNumerics.ranges().weights());
      insertion.onInput(node, WeightLayer.WEIGHT, weight);
    }
    boolean atInput = layerNumerics.at() == QuantizeAt.INPUT;
    String input = null;
    boolean inserted = false;
    if (atInput && Numerics.isQuantized(layerNumerics.input())) {
      input = quantizeInput(node, 0, NameSuffix.INPUT, layerNumerics.input(), layerNumerics);
    } else if (layerNumerics.product().needsCodes()) {
      input = quantizedValues.get(index.source(node.input(0)));
      if (input == null && Numerics.isQuantized(numerics.activations())) {
        input = quantizeInput(node, 0, NameSuffix.INPUT, numerics.activations(), layerNumerics);
        inserted = true;
      }
    }
    String result = placeResult(layer, layerNumerics);
    String output = null;
    if (!atInput && Numerics.isQuantized(layerNumerics.output())) {
      output = quantizeOutput(node, layer.output(), layerNumerics.output(), layerNumerics);
    }
    String own = atInput ? input : output;
    ownQuantizers.put(layer.output(), own == null ? NONE : own);
    layers.put(
        node.name(), new PlacedLayer(role, layerNumerics, input, inserted, weight, result, output));
  }

  private @Nullable String placeResult(WeightLayer layer, LayerNumerics layerNumerics) {
    String name = declareResult(layer.node().name() + NameSuffix.RESULT, layerNumerics);
    if (name != null && (!isInProduct(layerNumerics) || calibrating)) {
      insertion.onValue(layer.result(), name);
    }
    return name;
  }

  /** Whether results are quantized by the product itself, except in calibration. */
  private static boolean isInProduct(LayerNumerics layerNumerics) {
    return layerNumerics.product().isApproximate() || layerNumerics.product().roundProductAndSum();
  }

  /** Declares a quantizer of results if there is to be one, and returns its name. */
  private @Nullable String declareResult(String name, LayerNumerics layerNumerics) {
    Format format = layerNumerics.resultFormat();
    boolean wanted = isInProduct(layerNumerics) || layerNumerics.result().quantizer();
    if (!wanted || !Numerics.isQuantized(format)) {
      return null;
    }
    QuantizerOptions options = numerics.quantizers();
    if (layerNumerics.result().bias().isPresent()) {
      format = withBias(format, layerNumerics.result().bias().getAsInt());
      options = options.withScale(ScaleMode.NONE);
    }
    quantizers.put(
        name,
        new QuantizerSpec(
            name, QuantizerKind.RESULT, format, Channels.TENSOR, RangeMethod.ALLMINMAX, options));
    return name;
  }

  private static Format withBias(Format format, int bias) {
    if (format instanceof FloatFormat minifloat) {
      String plain = "e" + minifloat.exponentBits() + "m" + minifloat.mantissaBits();
      return Formats.parse(plain + ":bias=" + bias);
    }
    throw Fp8simException.usage(
        "a result bias needs a minifloat format, not "
            + format.name()
            + "; name one with "
            + UserOption.RESULT_FORMAT);
  }

  private void placeNode(Node node) {
    LayerNumerics nodeNumerics = numerics.forNode(node.name());
    boolean inputsOnly = numerics.placement().preset().inputsOnly();
    if (index.isResidualAdd(node)) {
      if (!inputsOnly && Numerics.isQuantized(nodeNumerics.output())) {
        String value = index.afterActivation(node);
        ownQuantizers.put(value, quantizeOutput(node, value, nodeNumerics.output(), nodeNumerics));
      }
    } else if (index.isAveragePooling(node)) {
      if (!inputsOnly) {
        placePooling(node, nodeNumerics);
      }
    } else if (Numerics.isQuantized(nodeNumerics.input())) {
      placeExtras(node, nodeNumerics);
    }
  }

  private void placePooling(Node node, LayerNumerics nodeNumerics) {
    switch (numerics.placement().pooling()) {
      case PREVIOUS -> quantizeAsBefore(node);
      case PASS -> {
        boolean atOutput = nodeNumerics.at() == QuantizeAt.OUTPUT;
        if (atOutput && Numerics.isQuantized(nodeNumerics.output())) {
          quantizeOutput(node, node.output(), nodeNumerics.output(), nodeNumerics);
        }
      }
    }
  }

  /** Quantizes with the last quantizer before; a second pooling right behind is left alone. */
  private void quantizeAsBefore(Node node) {
    Node before = index.producer(index.source(node.input(0)));
    if (before != null && index.isAveragePooling(before)) {
      return;
    }
    String quantizer = lastQuantizerBefore(node.input(0));
    if (!quantizer.equals(NONE)) {
      insertion.onValue(
          node.output(), node.name() + NameSuffix.OUTPUT, new Op.FakeQuantize(quantizer, false));
      quantizedValues.put(node.output(), quantizer);
    }
  }

  private String lastQuantizerBefore(String value) {
    String at = value;
    while (true) {
      String own = ownQuantizers.get(at);
      Node node = index.producer(at);
      if (own != null || node == null) {
        return own == null ? NONE : own;
      }
      at = node.input(0);
    }
  }

  private void placeExtras(Node node, LayerNumerics layerNumerics) {
    if (!index.isFloat(node.output())) {
      return;
    }
    boolean attention = QuantizedForm.quantizesProducts(numerics, node);
    Format format = layerNumerics.input();
    switch (node.op()) {
      case Op.Attention op -> placeAttention(node, op, attention, layerNumerics);
      case Op.MatMul _ when attention && !index.isConstant(node.input(1)) -> {
        quantizeInput(node, 0, NameSuffix.LEFT, format, layerNumerics);
        quantizeInput(node, 1, NameSuffix.RIGHT, format, layerNumerics);
        placeProductResult(node, NameSuffix.RESULT, layerNumerics);
      }
      case Op.LayerNormalization _, Op.RmsNormalization _ when has(Extra.LAYERNORM) ->
          quantizeInput(node, 0, NameSuffix.INPUT, format, layerNumerics);
      case Op.Softmax op when has(Extra.SOFTMAX) -> {
        String name = quantizeInput(node, 0, NameSuffix.INPUT, format, layerNumerics);
        boolean isOfRows = op.axis() == graph.typeOf(node.input(0)).shape().rank() - 1;
        if (isOfRows && index.mayBeMasked(node.input(0))) {
          insertion.onScores(node, name);
        }
      }
      case Op.Unary unary when has(Extra.GELU) && QuantizedForm.isGelu(unary) ->
          quantizeInput(node, 0, NameSuffix.INPUT, format, layerNumerics);
      default -> {}
    }
  }

  private void placeAttention(
      Node node, Op.Attention op, boolean operands, LayerNumerics layerNumerics) {
    Format format = layerNumerics.input();
    RangeMethod method = layerNumerics.ranges().activations();
    String scores = NONE;
    String probabilities = NONE;
    String product = NONE;
    if (has(Extra.SOFTMAX)) {
      scores = declare(node.name() + NameSuffix.SCORES, QuantizerKind.ACTIVATION, format, method);
    }
    if (operands) {
      quantizeInput(node, 0, NameSuffix.QUERY, format, layerNumerics);
      quantizeInput(node, 1, NameSuffix.KEY, format, layerNumerics);
      quantizeInput(node, 2, NameSuffix.VALUE, format, layerNumerics);
      probabilities =
          declare(node.name() + NameSuffix.PROBABILITIES, QuantizerKind.ACTIVATION, format, method);
      String name =
          declareAttentionResult(
              node.name() + NameSuffix.SCORES + NameSuffix.RESULT, layerNumerics);
      product = name == null ? NONE : name;
      placeProductResult(node, NameSuffix.VALUES + NameSuffix.RESULT, layerNumerics);
    }
    insertion.replace(
        node, new Op.Attention(op.scale(), product, scores, probabilities, calibrating));
  }

  /** The quantizer of an approximate product's result; it quantizes in calibration only. */
  private @Nullable String declareAttentionResult(String name, LayerNumerics layerNumerics) {
    String declared = isInProduct(layerNumerics) ? declareResult(name, layerNumerics) : null;
    return calibrating ? declared : null;
  }

  private void placeProductResult(Node node, String suffix, LayerNumerics layerNumerics) {
    String name = declareAttentionResult(node.name() + suffix, layerNumerics);
    if (name != null) {
      insertion.onValue(node.output(), name);
    }
  }

  private boolean has(Extra extra) {
    return numerics.placement().extras().contains(extra);
  }

  /** The last layer's input has its own width; where no own quantizer has it, its source's does. */
  private void widenLastInput(WeightLayer last) {
    PlacedLayer placed = layers.get(last.node().name());
    String source = quantizedValues.get(index.source(last.node().input(0)));
    if (numerics.placement().preset().lastInputBits() == 0
        || source == null
        || placed == null
        || placed.numerics().at() == QuantizeAt.INPUT) {
      return;
    }
    quantizers.computeIfPresent(source, (name, spec) -> spec.withFormat(placed.numerics().input()));
  }

  private String quantizeInput(
      Node node, int input, String suffix, Format format, LayerNumerics layerNumerics) {
    String name =
        declare(
            node.name() + suffix,
            QuantizerKind.ACTIVATION,
            format,
            layerNumerics.ranges().activations());
    insertion.onInput(node, input, name);
    return name;
  }

  private String quantizeOutput(
      Node node, String value, Format format, LayerNumerics layerNumerics) {
    String name =
        declare(
            node.name() + NameSuffix.OUTPUT,
            QuantizerKind.ACTIVATION,
            format,
            layerNumerics.ranges().activations());
    insertion.onValue(value, name);
    quantizedValues.put(value, name);
    return name;
  }

  private String declare(String name, QuantizerKind kind, Format format, RangeMethod method) {
    return declare(name, kind, format, Channels.TENSOR, method);
  }

  private String declare(
      String name, QuantizerKind kind, Format format, Channels channels, RangeMethod method) {
    quantizers.put(
        name, new QuantizerSpec(name, kind, format, channels, method, numerics.quantizers()));
    return name;
  }
}
