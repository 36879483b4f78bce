package fp8sim.pass.quantize;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.format.BlockFormat;
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
import fp8sim.numerics.Numerics;
import fp8sim.numerics.QuantizeAt;
import fp8sim.numerics.QuantizerOptions;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.numerics.WeightScope;
import fp8sim.quant.Channels;
import fp8sim.quant.ProductSite;
import fp8sim.quant.ProductSite.Part;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerRole;
import fp8sim.quant.RangeMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts quantizers into a graph (docs/semantics.md section 4). */
public final class QuantizerPlacement {
  private static final int LAST = -1;

  private final Graph graph;
  private final Numerics numerics;
  private final boolean calibrating;
  private final GraphIndex index;
  private final BlockAxes axes;
  private final QuantizerInsertion insertion;
  private final Map<QuantizerId, QuantizerSpec> quantizers = new LinkedHashMap<>();
  private final Map<String, PlacedLayer> layers = new LinkedHashMap<>();

  /** The quantizer whose output a value is. */
  private final Map<String, QuantizerId> quantizedValues = new HashMap<>();

  /** What average pooling behind a value uses: of a layer its own quantizer, if it has one. */
  private final Map<String, Optional<QuantizerId>> ownQuantizers = new HashMap<>();

  private QuantizerPlacement(
      Graph graph, GraphIndex index, Numerics numerics, boolean calibrating) {
    this.graph = graph;
    this.index = index;
    this.axes = new BlockAxes(graph, index);
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
    return place(graph, numerics, calibrating, GraphPart.WHOLE);
  }

  /** As {@link #place(Graph, Numerics, boolean)}, for a network or the first part of one. */
  public static Placement place(
      Graph graph, Numerics numerics, boolean calibrating, GraphPart part) {
    if (part == GraphPart.WHOLE) {
      OverrideCheck.checkNames(graph, numerics);
    }
    if (!numerics.quantizes()) {
      if (part == GraphPart.WHOLE) {
        OverrideCheck.checkFloat(graph, numerics);
      }
      return new Placement(graph, Map.of(), Map.of(), Map.of(), List.of());
    }
    boolean fold = numerics.placement().batchNorm() == BatchNorm.FOLD;
    QuantizedForm form = QuantizedForm.of(QuantizedModel.strip(graph), numerics);
    Graph normalized = fold ? BatchNormFolding.fold(form.graph()) : form.graph();
    List<String> notes = new ArrayList<>(fold ? List.of() : BatchNormFolding.notes(form.graph()));
    GraphIndex index = new GraphIndex(normalized, form.restoring());
    QuantizerPlacement placement = new QuantizerPlacement(normalized, index, numerics, calibrating);
    Placement placed = placement.place(notes, part);
    if (part == GraphPart.WHOLE) {
      new OverrideCheck(graph, normalized, index, numerics, placed).check();
    }
    return placed;
  }

  @SuppressWarnings("ReferenceEquality") // a place in the list
  private Placement place(List<String> notes, GraphPart part) {
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
        boolean last = layer == weightLayers.getLast() && part != GraphPart.BEFORE_LAYERS;
        placeLayer(layer, new LayerRole(node.name(), first, last, layer.isDepthwise()));
      } else {
        placeNode(node);
      }
    }
    if (!weightLayers.isEmpty() && part != GraphPart.BEFORE_LAYERS) {
      widenLastInput(weightLayers.getLast());
    }
    FloatProducts rest = FloatProducts.of(graph, layers.keySet(), numerics);
    if (quantizers.isEmpty() && part == GraphPart.WHOLE) {
      throw rest.nothingQuantized(!layers.isEmpty());
    }
    rest.note().ifPresent(notes::add);
    Graph quantized = insertion.apply(graph);
    return new Placement(quantized, quantizers, layers, insertion.places(), notes);
  }

  private void placeLayer(WeightLayer layer, LayerRole role) {
    LayerNumerics layerNumerics = numerics.forLayer(role);
    Node node = layer.node();
    QuantizerId weight = null;
    if (Numerics.isQuantized(layerNumerics.weights())) {
      boolean perTensor = layerNumerics.ranges().scope() == WeightScope.TENSOR;
      weight =
          declare(
              new QuantizerId(node.name(), QuantizerRole.WEIGHT),
              QuantizerKind.WEIGHT,
              layerNumerics.weights(),
              perTensor ? Channels.TENSOR : layer.channels(),
              layerNumerics.ranges().weights(),
              axes.ofInput(layerNumerics.weights(), node, WeightLayer.WEIGHT));
      insertion.onInput(node, WeightLayer.WEIGHT, weight);
    }
    boolean atInput = layerNumerics.at() == QuantizeAt.INPUT;
    QuantizerId input = null;
    boolean inserted = false;
    if (atInput && Numerics.isQuantized(layerNumerics.input())) {
      input = quantizeInput(node, 0, QuantizerRole.INPUT, layerNumerics.input(), layerNumerics);
    } else if (layerNumerics.product().needsCodes()) {
      // Blocks are those of the product, and of one quantizer: moving elements breaks them.
      input = layerNumerics.input() instanceof BlockFormat ? null : quantizerOf(node.input(0));
      if (input == null && Numerics.isQuantized(numerics.activations())) {
        input = quantizeInput(node, 0, QuantizerRole.INPUT, numerics.activations(), layerNumerics);
        inserted = true;
      }
    }
    QuantizerId result = placeResult(layer, layerNumerics);
    QuantizerId output = null;
    if (!atInput && Numerics.isQuantized(layerNumerics.output())) {
      output = quantizeOutput(node, layer.output(), layerNumerics.output(), layerNumerics);
    }
    ownQuantizers.put(layer.output(), Optional.ofNullable(atInput ? input : output));
    layers.put(
        node.name(), new PlacedLayer(role, layerNumerics, input, inserted, weight, result, output));
  }

  private @Nullable QuantizerId placeResult(WeightLayer layer, LayerNumerics layerNumerics) {
    int axis = axes.ofValue(layerNumerics.resultFormat(), layer.result());
    QuantizerId id = declareResult(ProductSite.of(layer.node().name()), layerNumerics, axis);
    if (id != null && (!isInProduct(layerNumerics) || calibrating)) {
      insertion.onValue(layer.result(), id);
    }
    return id;
  }

  /** Whether results are quantized by the product itself, except in calibration. */
  private static boolean isInProduct(LayerNumerics layerNumerics) {
    return layerNumerics.product().isApproximate() || layerNumerics.product().roundProductAndSum();
  }

  /** Declares the quantizer of a product's results if there is to be one. */
  private @Nullable QuantizerId declareResult(
      ProductSite product, LayerNumerics layerNumerics, int axis) {
    Format format = layerNumerics.resultFormat();
    boolean wanted =
        isInProduct(layerNumerics)
            ? !layerNumerics.hasBlockedOperand()
            : layerNumerics.result().quantizer();
    if (!wanted || !Numerics.isQuantized(format)) {
      return null;
    }
    QuantizerOptions options = numerics.quantizers();
    if (layerNumerics.result().bias().isPresent()) {
      format = withBias(format, layerNumerics.result().bias().getAsInt());
      options = options.withScale(ScaleMode.NONE);
    }
    QuantizerId id = product.result();
    quantizers.put(
        id,
        new QuantizerSpec(
            id,
            QuantizerKind.RESULT,
            format,
            Channels.TENSOR,
            RangeMethod.ALLMINMAX,
            options,
            axis));
    return id;
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
        QuantizerId own = quantizeOutput(node, value, nodeNumerics.output(), nodeNumerics);
        ownQuantizers.put(value, Optional.of(own));
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
    Node before = index.producer(index.sources(node.input(0)).getLast());
    if (before != null && index.isAveragePooling(before)) {
      return;
    }
    lastQuantizerBefore(node.input(0))
        .ifPresent(
            quantizer -> {
              QuantizerId place = new QuantizerId(node.name(), QuantizerRole.OUTPUT);
              insertion.onValue(node.output(), place, new Op.FakeQuantize(quantizer, false));
              quantizedValues.put(node.output(), quantizer);
            });
  }

  private Optional<QuantizerId> lastQuantizerBefore(String value) {
    String at = value;
    while (true) {
      Node node = index.producer(at);
      if (ownQuantizers.containsKey(at) || node == null) {
        return ownQuantizers.getOrDefault(at, Optional.empty());
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
      case Op.Attention _ -> placeAttention(node, attention, layerNumerics);
      case Op.MatMul _ when attention && !index.isConstant(node.input(1)) -> {
        quantizeInput(node, 0, QuantizerRole.LEFT, format, layerNumerics);
        quantizeInput(node, 1, QuantizerRole.RIGHT, format, layerNumerics);
        placeProductResult(node, Part.WHOLE, layerNumerics);
      }
      case Op.MatMul _ when has(Extra.KV_CACHE) && !index.isConstant(node.input(1)) ->
          quantizeInput(node, 1, QuantizerRole.RIGHT, format, layerNumerics);
      case Op.LayerNormalization _, Op.RmsNormalization _ when has(Extra.LAYERNORM) ->
          quantizeInput(node, 0, QuantizerRole.INPUT, format, layerNumerics);
      case Op.Softmax op when has(Extra.SOFTMAX) -> {
        QuantizerId id = quantizeInput(node, 0, QuantizerRole.INPUT, format, layerNumerics);
        boolean isOfRows = op.axis() == graph.typeOf(node.input(0)).shape().rank() - 1;
        if (isOfRows && index.mayBeMasked(node.input(0))) {
          insertion.onScores(node, id);
        }
      }
      case Op.Unary unary when has(Extra.GELU) && QuantizedForm.isGelu(unary) ->
          quantizeInput(node, 0, QuantizerRole.INPUT, format, layerNumerics);
      default -> {}
    }
  }

  /** What is quantized between the products of attention only has its quantizers declared. */
  private void placeAttention(Node node, boolean operands, LayerNumerics layerNumerics) {
    Format format = layerNumerics.input();
    RangeMethod method = layerNumerics.ranges().activations();
    if (has(Extra.SOFTMAX)) {
      declare(new QuantizerId(node.name(), QuantizerRole.SCORES), format, method, LAST);
    }
    if (operands) {
      quantizeInput(node, 0, QuantizerRole.QUERY, format, layerNumerics);
    }
    if (operands || has(Extra.KV_CACHE)) {
      quantizeInput(node, 1, QuantizerRole.KEY, format, layerNumerics);
      quantizeInput(node, 2, QuantizerRole.VALUE, format, layerNumerics);
    }
    if (operands) {
      declare(new QuantizerId(node.name(), QuantizerRole.PROBABILITIES), format, method, LAST);
      if (isInProduct(layerNumerics)) {
        declareResult(new ProductSite(node.name(), Part.SCORES), layerNumerics, LAST);
      }
      placeProductResult(node, Part.VALUES, layerNumerics);
    }
  }

  /** The quantizer of an approximate product's result; it quantizes in calibration only. */
  private void placeProductResult(Node node, Part part, LayerNumerics layerNumerics) {
    if (isInProduct(layerNumerics)) {
      QuantizerId id = declareResult(new ProductSite(node.name(), part), layerNumerics, LAST);
      if (id != null && calibrating) {
        insertion.onValue(node.output(), id);
      }
    }
  }

  private boolean has(Extra extra) {
    return numerics.placement().extras().contains(extra);
  }

  /** The last layer's input has its own width; where no own quantizer has it, its source's does. */
  private void widenLastInput(WeightLayer last) {
    PlacedLayer placed = layers.get(last.node().name());
    QuantizerId source = quantizerOf(last.node().input(0));
    if (numerics.placement().preset().lastInputBits() == 0
        || source == null
        || placed == null
        || placed.numerics().at() == QuantizeAt.INPUT) {
      return;
    }
    quantizers.computeIfPresent(source, (id, spec) -> spec.withFormat(placed.numerics().input()));
  }

  /** The quantizer whose output a value's elements are; null if there is none. */
  private @Nullable QuantizerId quantizerOf(String value) {
    for (String source : index.sources(value)) {
      QuantizerId quantizer = quantizedValues.get(source);
      if (quantizer != null) {
        return quantizer;
      }
    }
    return null;
  }

  private QuantizerId quantizeInput(
      Node node, int input, QuantizerRole role, Format format, LayerNumerics layerNumerics) {
    QuantizerId id = new QuantizerId(node.name(), role);
    insertion.onInput(node, input, id);
    return declare(
        id, format, layerNumerics.ranges().activations(), axes.ofInput(format, node, input));
  }

  private QuantizerId quantizeOutput(
      Node node, String value, Format format, LayerNumerics layerNumerics) {
    QuantizerId id = new QuantizerId(node.name(), QuantizerRole.OUTPUT);
    insertion.onValue(value, id);
    quantizedValues.put(value, id);
    return declare(id, format, layerNumerics.ranges().activations(), axes.ofValue(format, value));
  }

  private QuantizerId declare(QuantizerId id, Format format, RangeMethod method, int blockAxis) {
    return declare(id, QuantizerKind.ACTIVATION, format, Channels.TENSOR, method, blockAxis);
  }

  private QuantizerId declare(
      QuantizerId id,
      QuantizerKind kind,
      Format format,
      Channels channels,
      RangeMethod method,
      int blockAxis) {
    Channels shared = format instanceof BlockFormat ? Channels.TENSOR : channels;
    quantizers.put(
        id, new QuantizerSpec(id, kind, format, shared, method, numerics.quantizers(), blockAxis));
    return id;
  }
}
