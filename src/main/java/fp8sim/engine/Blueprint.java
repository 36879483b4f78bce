package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.kernel.Device;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.plan.Plan;
import fp8sim.quant.Ranges;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * All that decides what a network computes, and what runs it: model, numerics, ranges, taps,
 * backend. A value: every change makes another blueprint, and nothing runs before {@link #open}.
 * Blueprints that are made of each other share what they compute of the model's constants, so that
 * they are to be used by one thread.
 */
public final class Blueprint {
  private final Compiler compiler;
  private final Execution execution;
  private final CompileOptions options;

  private Blueprint(Compiler compiler, Execution execution, CompileOptions options) {
    this.compiler = compiler;
    this.execution = execution;
    this.options = options;
  }

  /**
   * A network whose quantizers have no ranges yet.
   *
   * @param model as imported
   * @param choice the backend and device that run it
   * @param threads worker threads of a CPU backend, and of what finds ranges, at least 1
   */
  public static Blueprint of(Graph model, Numerics numerics, Backends.Choice choice, int threads) {
    Execution execution = Execution.of(choice, threads);
    CompileOptions options =
        new CompileOptions(Ranges.NONE, Map.of(), List.of(), Purpose.INFERENCE);
    return new Blueprint(new Compiler(model, numerics, execution.workers()), execution, options);
  }

  /** As {@link #of(Graph, Numerics, Backends.Choice, int)}. */
  public static Blueprint of(Model model, Numerics numerics, Backends.Choice choice, int threads) {
    return of(model.graph(), numerics, choice, threads);
  }

  /**
   * The same with ranges of its quantizers.
   *
   * @param ranges of all quantizers of the network
   */
  public Blueprint withRanges(Ranges ranges) {
    return with(new CompileOptions(ranges, options.constants(), options.taps(), Purpose.INFERENCE));
  }

  /**
   * The same with other values of some constants.
   *
   * @param constants by their names in the graph
   */
  public Blueprint withConstants(Map<String, Tensor> constants) {
    return with(new CompileOptions(options.ranges(), constants, options.taps(), Purpose.INFERENCE));
  }

  /**
   * The same where runs also return these values of the specialized graph, by name. Values keep
   * their bits, but what is returned is not fused with what comes behind it.
   */
  public Blueprint withTaps(List<String> taps) {
    return with(new CompileOptions(options.ranges(), options.constants(), taps, Purpose.INFERENCE));
  }

  private Blueprint with(CompileOptions other) {
    return new Blueprint(compiler, execution, other);
  }

  /** A network that runs. */
  public Network open() {
    return new Network(this);
  }

  /** What compiles and runs the network for a purpose. */
  Sessions sessions(Purpose purpose) {
    return new Sessions(compiler, options.withPurpose(purpose), execution);
  }

  /** The model's name, for messages. */
  public String name() {
    return compiler.model().name();
  }

  /** The inputs the user feeds, in the model's order. */
  public List<GraphInput> inputs() {
    return compiler.model().inputs();
  }

  /** The names of the inputs, in the model's order. */
  public List<String> inputNames() {
    return inputs().stream().map(GraphInput::name).toList();
  }

  /** The names of the outputs, in the model's order. */
  public List<String> outputs() {
    return compiler.model().outputs();
  }

  /** The first dimension of the first input, if the model fixes it. */
  public OptionalInt fixedBatch() {
    if (inputs().isEmpty() || inputs().getFirst().dims().isEmpty()) {
      return OptionalInt.empty();
    }
    GraphInput.Dimension batch = inputs().getFirst().dims().getFirst();
    return batch.isDynamic() ? OptionalInt.empty() : OptionalInt.of(batch.size());
  }

  /** Whether the model fixes the first dimension of an input. */
  boolean isFirstDimensionFixed(String input) {
    return inputs().stream()
        .filter(declared -> declared.name().equals(input) && !declared.dims().isEmpty())
        .anyMatch(declared -> !declared.dims().getFirst().isDynamic());
  }

  /** Inputs whose values decide shapes. */
  Set<String> valueInputs() {
    return compiler.valueInputs();
  }

  /**
   * The model with the types of all its values for inputs like these, as it was imported; empty if
   * shapes depend on data.
   */
  public Optional<Graph> infer(Map<String, Shape> shapes, Map<String, Tensor> values) {
    return compiler.infer(shapes, values);
  }

  /**
   * The same where shapes depend on data: the network runs in float32 as far as is needed to know
   * them.
   */
  Graph inferByRunning(Map<String, Tensor> inputs) {
    Numerics plain = Numerics.float32(numerics().floatMath());
    Compiler floats = new Compiler(compiler.model(), plain, execution.workers());
    CompileOptions none = new CompileOptions(Ranges.NONE, Map.of(), List.of(), Purpose.INFERENCE);
    try (Sessions sessions = new Sessions(floats, none, execution)) {
      return sessions.compile(inputs).stage().graph();
    }
  }

  /**
   * Data in the element types that the model declares, channels last where it declares that.
   *
   * @param data by input name, samples along the first axis
   * @throws Fp8simException (input) if an input is missing or unknown, or an element is no number
   *     of the input's type
   */
  public Map<String, Tensor> adapt(Map<String, Tensor> data) {
    return InputAdapter.adapt(compiler.model(), data);
  }

  /** The ranges that it was given. */
  public Ranges ranges() {
    return options.ranges();
  }

  /** What the user chose about numbers. */
  public Numerics numerics() {
    return compiler.numerics();
  }

  /**
   * The graph for inputs like these with its quantizers; nothing is run.
   *
   * @param values of inputs that decide shapes
   * @throws Fp8simException (input) if shapes depend on data
   */
  public QuantizedGraph quantize(Map<String, Shape> shapes, Map<String, Tensor> values) {
    return compiler.quantizeWhole(InputSignature.of(shapes, values), options);
  }

  /**
   * How the steps that multiply codes are computed, and why so, by their names, every dynamic
   * dimension being 1; nothing where the backend has no choice. Where a range is not known, on some
   * range.
   */
  public Map<String, String> productKernels() {
    Plan plan = compiler.outline(InputSignature.of(smallest(), Map.of()), options);
    Backends.Choice choice = execution.choice();
    return choice.backend().productKernels(plan, choice.device());
  }

  /**
   * As {@link #quantize(Map, Map)}, every dynamic dimension being 1; of a network whose shapes
   * depend on data, what is in front of these.
   */
  QuantizedGraph front() {
    return front(smallest(), Map.of());
  }

  private QuantizedGraph front(Map<String, Shape> shapes, Map<String, Tensor> values) {
    return compiler.quantize(InputSignature.of(shapes, values), options);
  }

  private Map<String, Shape> smallest() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (GraphInput input : inputs()) {
      int[] dims =
          input.dims().stream().mapToInt(dim -> dim.isDynamic() ? 1 : dim.size()).toArray();
      shapes.put(input.name(), Shape.of(dims));
    }
    return shapes;
  }

  /**
   * As {@link #front()}, dynamic dimensions being those of an example but for a batch of 1.
   *
   * @param example inputs of a run
   */
  QuantizedGraph front(Map<String, Tensor> example) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, Tensor> values = new LinkedHashMap<>();
    example.forEach(
        (name, tensor) -> {
          Shape shape = tensor.shape();
          if (valueInputs().contains(name)) {
            values.put(name, tensor);
            shapes.put(name, shape);
          } else {
            boolean batched = shape.rank() > 0 && !isFirstDimensionFixed(name);
            shapes.put(name, batched ? shape.with(0, 1) : shape);
          }
        });
    return front(shapes, values);
  }

  /**
   * The whole way to a plan; nothing is run.
   *
   * @param values of inputs that decide shapes
   */
  public Compiled compile(Map<String, Shape> shapes, Map<String, Tensor> values) {
    return compiler.compile(InputSignature.of(shapes, values), options);
  }

  /** The backend's name, for reports. */
  public String backend() {
    return execution.choice().backend().name();
  }

  /** The backend's first device. */
  public Device device() {
    return execution.firstDevice();
  }
}
