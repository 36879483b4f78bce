package fp8sim.exchange;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.common.Versions;
import fp8sim.engine.Blueprint;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.TensorType;
import fp8sim.onnx.OnnxWriter;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A network as the content of an ONNX file that gives its bits when it is read again. */
public final class NetworkExport {
  private final Blueprint network;
  private final ExportTarget target;
  private final InputSizes sizes;
  private final Map<String, String> metadata;
  private final List<String> notes = new ArrayList<>();

  /**
   * What is exported.
   *
   * @param network with the ranges of its quantizers
   * @param target for whom
   * @param shapes of inputs with dynamic dimensions that cannot be small; others need none
   * @param metadata what the file says of itself, in this order
   * @throws Fp8simException (usage) if a shape does not fit
   */
  public NetworkExport(
      Blueprint network,
      ExportTarget target,
      Map<String, Shape> shapes,
      Map<String, String> metadata) {
    this.network = network;
    this.target = target;
    this.sizes = new InputSizes(network.inputs(), shapes);
    this.metadata = metadata;
  }

  /** What the user should know, once {@link #content} was made; one line each. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * The file's content: the model as it was imported where nothing is quantized and each operator
   * has a form in ONNX of its own, else the graph with quantizers and folded constants.
   *
   * @throws Fp8simException (usage) if ONNX has no form for the numerics
   */
  public OnnxWriter.Content content() {
    boolean quantizes = network.numerics().quantizes();
    if (!quantizes && network.graph().nodes().stream().allMatch(OnnxWriter::canWrite)) {
      return plain();
    }
    ExportableNumerics.check(network);
    return sizes.areDynamic() ? dynamic() : fixed();
  }

  private OnnxWriter.Content content(Graph graph, List<OnnxWriter.Output> outputs) {
    return new OnnxWriter.Content(graph, outputs, target.newestOpset(), Versions.FP8SIM, metadata);
  }

  /** Types are inferred only for what the file declares; without them it declares less. */
  private OnnxWriter.Content plain() {
    Graph model = network.graph();
    Graph a = inferred(0);
    Graph b = a == null ? null : inferred(1);
    Map<String, TensorType> types = new HashMap<>();
    if (a != null && b != null) {
      types.putAll(a.types());
      types.keySet().retainAll(b.types().keySet());
    }
    Graph graph =
        new Graph(
            model.name(),
            model.inputs(),
            model.outputs(),
            model.nodes(),
            model.initializers(),
            types);
    List<OnnxWriter.Output> outputs = new ArrayList<>();
    for (String name : model.outputs()) {
      outputs.add(
          a != null && b != null && types.containsKey(name)
              ? output(name, a, b)
              : new OnnxWriter.Output(name, null, List.of()));
    }
    return content(graph, outputs);
  }

  private @Nullable Graph inferred(int more) {
    try {
      Optional<Graph> graph = network.infer(sizes.largerBy(more), Map.of());
      if (graph.isEmpty()) {
        notes.add(
            network.name() + ": the outputs have no declared types, as shapes depend on data");
      }
      return graph.orElse(null);
    } catch (Fp8simException e) {
      notes.add(
          "%s: the outputs have no declared types, as shapes of this size cannot be inferred; give"
                  .formatted(network.name())
              + " "
              + UserOption.SHAPE
              + " ("
              + e.getMessage()
              + ")");
      return null;
    }
  }

  private OnnxWriter.Content dynamic() {
    QuantizedGraph small;
    QuantizedGraph large;
    try {
      small = network.quantize(sizes.largerBy(0), Map.of());
      large = network.quantize(sizes.largerBy(1), Map.of());
    } catch (Fp8simException e) {
      return withFixedSizes("other sizes than these cannot be compiled: " + e.getMessage());
    }
    Graph a = withInputs(exported(small), network.inputs());
    Graph b = withInputs(exported(large), network.inputs());
    Graph merged = DynamicShapes.merge(a, b);
    if (merged == null) {
      return withFixedSizes("it computes more than shapes from them");
    }
    List<OnnxWriter.Output> outputs =
        merged.outputs().stream().map(name -> output(name, a, b)).toList();
    return content(merged, outputs);
  }

  private OnnxWriter.Content withFixedSizes(String why) {
    notes.add(
        "%s: the exported network has the fixed input shapes %s (%s); choose them with %s"
            .formatted(network.name(), sizes.smallest(), why, UserOption.SHAPE));
    try {
      return fixed();
    } catch (Fp8simException e) {
      throw new Fp8simException(
          e.exitCode(),
          "%s; inputs have the shapes %s here, choose others with %s"
              .formatted(e.getMessage(), sizes.smallest(), UserOption.SHAPE),
          e);
    }
  }

  private OnnxWriter.Content fixed() {
    Map<String, Shape> shapes = sizes.smallest();
    Graph graph = exported(network.quantize(shapes, Map.of()));
    List<OnnxWriter.Output> outputs = new ArrayList<>();
    for (String name : graph.outputs()) {
      TensorType type = graph.typeOf(name);
      outputs.add(new OnnxWriter.Output(name, type.type(), InputSizes.dimensions(type.shape())));
    }
    return content(withInputs(graph, InputSizes.fixed(network.inputs(), shapes)), outputs);
  }

  private Graph exported(QuantizedGraph quantized) {
    return QuantizerExport.of(quantized, network.numerics(), target);
  }

  /** The graph with inputs as a file declares them. */
  private static Graph withInputs(Graph graph, List<GraphInput> inputs) {
    return new Graph(
        graph.name(), inputs, graph.outputs(), graph.nodes(), graph.initializers(), graph.types());
  }

  /** An output whose dimensions are dynamic where they depend on the sizes of inputs. */
  private OnnxWriter.Output output(String name, Graph a, Graph b) {
    TensorType type = a.typeOf(name);
    Shape other = b.typeOf(name).shape();
    List<GraphInput.Dimension> dims = new ArrayList<>();
    for (int i = 0; i < type.shape().rank(); i++) {
      int size = type.shape().dim(i);
      boolean isFixed = other.rank() > i && other.dim(i) == size;
      dims.add(
          isFixed
              ? new GraphInput.Dimension(size, "")
              : new GraphInput.Dimension(-1, symbol(a, b, size, other.dim(i))));
    }
    return new OnnxWriter.Output(name, type.type(), dims);
  }

  /** The name of an input's dimension of these sizes; empty if there is none. */
  private static String symbol(Graph a, Graph b, int x, int y) {
    for (GraphInput input : a.inputs()) {
      for (int i = 0; i < input.dims().size(); i++) {
        if (input.dims().get(i).isDynamic()
            && a.typeOf(input.name()).shape().dim(i) == x
            && b.typeOf(input.name()).shape().dim(i) == y) {
          return input.dims().get(i).symbol();
        }
      }
    }
    return "";
  }
}
