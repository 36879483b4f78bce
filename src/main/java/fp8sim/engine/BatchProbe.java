package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model takes batches, and what it returns for each sample: found by inferring shapes for two
 * batch sizes; nothing is run unless shapes depend on data.
 */
public final class BatchProbe {
  /**
   * An output for a batch.
   *
   * @param perSample whether the first axis is that of the samples
   * @param width elements for each sample; of all samples together unless {@code perSample}
   * @param probabilities whether a Softmax gives it
   */
  public record Output(
      String name,
      DataType type,
      Shape shape,
      boolean perSample,
      int width,
      boolean probabilities) {
    /** The same, looked at in rows of another width. */
    public Output withWidth(int other) {
      return new Output(name, type, shape, perSample, other, probabilities);
    }
  }

  /** A batch size that stands for all but 1. */
  private static final int SOME = 2;

  private final Blueprint network;
  private final Map<String, Tensor> inputs;

  /**
   * A probe.
   *
   * @param inputs of one run, by name and as the model declares them; they may hold any number of
   *     samples
   */
  public BatchProbe(Blueprint network, Map<String, Tensor> inputs) {
    this.network = network;
    this.inputs = inputs;
  }

  /**
   * Why the model cannot take {@code samples} together, although its declared shapes allow it: an
   * exporter wrote batch 1 into the graph. One line; empty if it can, or takes no single sample
   * either.
   */
  public String refusal(int samples) {
    if (samples == 1 || network.fixedBatch().isPresent()) {
      return "";
    }
    String problem = problem();
    return problem.isEmpty() || !inferredOrWhyNot(1).problem().isEmpty()
        ? ""
        : "%s: samples run one by one, as batch 1 is written into the model (%s)"
            .formatted(network.name(), problem);
  }

  private String problem() {
    Inferred some = inferredOrWhyNot(SOME);
    Inferred more = inferredOrWhyNot(SOME + 1);
    if (some.graph() == null || more.graph() == null) {
      return some.problem().isEmpty() ? more.problem() : some.problem();
    }
    for (Node node : some.graph().nodes()) {
      if (node.op() instanceof Op.Reshape
          && isBatch(node.input(0), some.graph(), more.graph(), SOME)
          && startsWith(some.graph().typeOf(node.output()), 1)
          && startsWith(more.graph().typeOf(node.output()), 1)) {
        return node.describe();
      }
    }
    return "";
  }

  private static boolean isBatch(String value, Graph some, Graph more, int samples) {
    TensorType a = some.types().get(value);
    TensorType b = more.types().get(value);
    return a != null && b != null && startsWith(a, samples) && startsWith(b, samples + 1);
  }

  private static boolean startsWith(TensorType type, int samples) {
    return type.shape().rank() > 0 && type.shape().dim(0) == samples;
  }

  /**
   * The outputs for a batch of {@code samples}, in the model's order.
   *
   * @throws Fp8simException (input) if the model cannot take such a batch, naming the node
   */
  public List<Output> outputs(int samples) {
    Graph graph = infer(samples);
    Graph more = network.fixedBatch().isPresent() ? null : inferredOrWhyNot(samples + 1).graph();
    List<Output> outputs = new ArrayList<>();
    for (String name : network.outputs()) {
      TensorType type = graph.typeOf(name);
      boolean perSample =
          more == null ? startsWith(type, samples) : isBatch(name, graph, more, samples);
      Shape shape = type.shape();
      int width = perSample ? shape.elements(1, shape.rank()) : shape.elements();
      outputs.add(
          new Output(name, type.type(), shape, perSample, width, isProbabilities(name, graph)));
    }
    return outputs;
  }

  private static boolean isProbabilities(String output, Graph graph) {
    Map<String, Node> producers = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      node.outputs().forEach(name -> producers.put(name, node));
    }
    Node node = producers.get(output);
    while (node != null) {
      switch (node.op()) {
        case Op.Softmax softmax -> {
          return !softmax.log();
        }
        case Op.Identity _, Op.Cast _, Op.Reshape _, Op.Squeeze _, Op.Flatten _ ->
            node = producers.get(node.input(0));
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  private record Inferred(@Nullable Graph graph, String problem) {}

  private Inferred inferredOrWhyNot(int samples) {
    try {
      return new Inferred(infer(samples), "");
    } catch (Fp8simException e) {
      String message = String.valueOf(e.getMessage());
      String name = network.name() + ": ";
      String why = message.startsWith(name) ? message.substring(name.length()) : message;
      return new Inferred(null, why);
    }
  }

  private Graph infer(int samples) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, Tensor> values = new LinkedHashMap<>();
    inputs.forEach(
        (name, tensor) -> {
          if (network.valueInputs().contains(name)) {
            values.put(name, tensor);
          }
          Shape shape = tensor.shape();
          shapes.put(name, isBatched(name, shape) ? shape.with(0, samples) : shape);
        });
    return network.infer(shapes, values).orElseGet(() -> network.inferByRunning(batch(samples)));
  }

  private boolean isBatched(String input, Shape shape) {
    return shape.rank() > 0 && !network.isFirstDimensionFixed(input);
  }

  private Map<String, Tensor> batch(int samples) {
    Map<String, Tensor> batch = new LinkedHashMap<>();
    inputs.forEach(
        (name, tensor) ->
            batch.put(
                name,
                isBatched(name, tensor.shape()) && !network.valueInputs().contains(name)
                    ? repeated(tensor, samples)
                    : tensor));
    return batch;
  }

  /** As many samples, of those that there are in turn. */
  private static Tensor repeated(Tensor tensor, int samples) {
    Shape shape = tensor.shape();
    int given = shape.dim(0);
    Tensor batch = Tensor.zeros(tensor.type(), shape.with(0, samples));
    for (int i = 0; i < samples && given > 0; i++) {
      long bytes = tensor.data().byteSize() / given;
      MemorySegment.copy(tensor.data(), i % given * bytes, batch.data(), i * bytes, bytes);
    }
    return batch;
  }
}
