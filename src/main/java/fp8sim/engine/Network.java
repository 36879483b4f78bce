package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.kernel.Backend;
import fp8sim.kernel.Device;
import fp8sim.kernel.DeviceMemoryException;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.numerics.Numerics;
import fp8sim.plan.Plan;
import fp8sim.plan.Planner;
import fp8sim.quant.RangesFile;
import fp8sim.tensor.DataType;
import fp8sim.tensor.MemoryLimitException;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network that runs. Inputs of a new shape compile a new session, which shares the prepared
 * weights of the others; the two most recent ones are kept, so that the smaller last batch of a
 * data set costs no memory for long. Not thread-safe.
 */
public final class Network implements AutoCloseable {
  private static final int KEPT_SESSIONS = 2;

  private final Specializer specializer;
  private final Numerics numerics;
  private final Backends.Choice choice;
  private final Quantization quantization;
  private final SessionOptions options;
  private final BatchParts parts;
  private @Nullable BatchNormEstimation estimation;
  private List<String> taps = List.of();
  private final Map<Signature, Session> sessions = new LinkedHashMap<>(4, 0.75f, true);

  /**
   * A network ready to be compiled.
   *
   * @param model as imported
   * @param choice the backend and device that run it
   * @param threads worker threads of a CPU backend, and of what finds ranges, at least 1
   */
  public Network(Graph model, Numerics numerics, Backends.Choice choice, int threads) {
    this.specializer = new Specializer(model);
    this.numerics = numerics;
    this.choice = choice;
    this.quantization = new Quantization(numerics, threads);
    this.parts = new BatchParts(model);
    this.options =
        new SessionOptions(threads, choice.device(), new PreparedConstants(), quantization.table());
  }

  /** As {@link #Network(Graph, Numerics, Backends.Choice, int)}. */
  public Network(ModelGraph model, Numerics numerics, Backends.Choice choice, int threads) {
    this(model.graph(), numerics, choice, threads);
  }

  /** The model's name, for messages. */
  public String name() {
    return specializer.model().name();
  }

  /** The inputs the user feeds, in the model's order. */
  public List<GraphInput> inputs() {
    return specializer.model().inputs();
  }

  /** The names of the inputs, in the model's order. */
  public List<String> inputNames() {
    return inputs().stream().map(GraphInput::name).toList();
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
    return specializer.valueInputs();
  }

  /** The model with the types of all its values for inputs like these, as it was imported. */
  Graph infer(Map<String, Shape> shapes, Map<String, Tensor> values) {
    return specializer.infer(shapes, values);
  }

  /**
   * Data in the element types that the model declares, channels last where it declares that.
   *
   * @param data by input name, samples along the first axis
   * @throws Fp8simException (input) if an input is missing or unknown, or an element is no number
   *     of the input's type
   */
  public Map<String, Tensor> adapt(Map<String, Tensor> data) {
    return InputAdapter.adapt(specializer.model(), data);
  }

  /** The names of the outputs, in the model's order. */
  public List<String> outputs() {
    return specializer.model().outputs();
  }

  /** The graph for inputs like these, with all types inferred; nothing is run. */
  public Graph specialize(Map<String, Shape> shapes, Map<String, Tensor> values) {
    Graph graph = quantization.apply(specializer.specialize(shapes, values)).withTaps(taps);
    return estimation == null ? graph : estimation.normalizeByBatch(graph);
  }

  /** The quantizers and what is known about them. */
  public Quantization quantization() {
    return quantization;
  }

  /** What the user chose about numbers. */
  public Numerics numerics() {
    return numerics;
  }

  /**
   * Takes the ranges of quantizers from a file; call it before the first run.
   *
   * @param ranges of all quantizers of the network
   */
  public void useRanges(RangesFile ranges) {
    quantization.use(ranges);
  }

  /**
   * From now on every run first updates the ranges of the quantizers, each before the values go
   * through it; products are exact.
   */
  public void startCalibration() {
    close();
    parts.reset();
    quantization.startCalibration();
  }

  /** Fixes the ranges found since {@link #startCalibration}. */
  public void finishCalibration() {
    close();
    quantization.finishCalibration();
  }

  /**
   * From now on BatchNormalization uses the statistics of each run's batch, which are added up, on
   * the CPU.
   */
  public void startBatchNormEstimation() {
    close();
    estimation = new BatchNormEstimation();
  }

  /**
   * Replaces mean and variance by the averages since {@link #startBatchNormEstimation}.
   *
   * @return how many constants were replaced
   */
  public int finishBatchNormEstimation() {
    close();
    Map<String, Tensor> constants = estimation == null ? Map.of() : estimation.result();
    quantization.replaceConstants(constants);
    estimation = null;
    return constants.size();
  }

  /**
   * From now on runs also return these values of the specialized graph, by name; an empty list ends
   * that. Values keep their bits, but what is returned is not fused with what comes behind it.
   */
  public void tap(List<String> values) {
    close();
    taps = List.copyOf(values);
  }

  /** Tells stochastic rounding the index in the data set of the next run's first sample. */
  public void setSample(int first) {
    options.quantizers().setSample(first);
  }

  /** The plan of a specialized graph, without arithmetic, which may need calibration. */
  public Plan plan(Graph specialized) {
    return Planner.plan(specialized, numerics);
  }

  /**
   * Runs the network once, compiling it for the inputs' shapes if need be. A batch that is too
   * large for the device's memory runs in parts.
   *
   * @return the outputs by name; their memory holds until the next run or {@link #close}
   * @throws Fp8simException (input) if an input is missing, unknown, or of the wrong type or shape;
   *     (backend) if the device's memory is too small for one sample
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    Map<String, Tensor> outputs =
        withinMemory(
            inputs, () -> parts.run(inputs, options.quantizers(), part -> session(part).run(part)));
    if (estimation != null) {
      estimation.observe(outputs);
    }
    return outputs;
  }

  /** Compiles the network for inputs like these; it stays so until two other shapes were used. */
  public void compile(Map<String, Tensor> inputs) {
    withinMemory(inputs, () -> session(parts.first(inputs)));
  }

  /**
   * Does something with smaller and smaller parts of a batch until the device's memory holds them.
   */
  private <T> T withinMemory(Map<String, Tensor> inputs, Supplier<T> action) {
    InputCheck.check(specializer.model(), inputs);
    while (true) {
      try {
        return action.get();
      } catch (DeviceMemoryException e) {
        close();
        parts.shrink(inputs, e);
      }
    }
  }

  private Session session(Map<String, Tensor> inputs) {
    Signature signature = Signature.of(inputs, specializer.valueInputs());
    Session session = sessions.get(signature);
    if (session == null) {
      Graph graph = quantization.share(specialize(signature.shapes(), signature.values()));
      Plan plan = Planner.plan(graph, numerics, quantization.arithmetics(graph));
      session = compile(plan);
      closeOldest();
      sessions.put(signature, session);
    }
    return session;
  }

  /** Compiles a plan; sessions of other shapes make room for it if need be. */
  private Session compile(Plan plan) {
    Backend backend = backendFor(plan);
    try {
      return backend.compile(plan, options);
    } catch (MemoryLimitException e) {
      if (sessions.isEmpty()) {
        throw e;
      }
    }
    close();
    return backend.compile(plan, options);
  }

  private Backend backendFor(Plan plan) {
    Backend chosen = choice.backend();
    boolean observes = plan.observes() || estimation != null;
    return observes && !chosen.observes() ? Backends.choose(Backends.CPU).backend() : chosen;
  }

  private void closeOldest() {
    while (sessions.size() >= KEPT_SESSIONS) {
      Signature oldest = sessions.keySet().iterator().next();
      Session session = sessions.remove(oldest);
      if (session != null) {
        session.close();
      }
    }
  }

  /** The backend's name, for reports. */
  public String backend() {
    return choice.backend().name();
  }

  /** The device of the session that ran last, or the backend's first one if none has. */
  public Device device() {
    Device device = choice.backend().devices().getFirst();
    for (Session session : sessions.values()) {
      device = session.device();
    }
    return device;
  }

  @Override
  public void close() {
    sessions.values().forEach(Session::close);
    sessions.clear();
  }

  /**
   * What a session was compiled for: the inputs' shapes, and the contents of those that decide
   * shapes.
   */
  private record Signature(Map<String, Shape> shapes, Map<String, Contents> contents) {
    /** The bytes of an input. */
    record Contents(DataType type, ByteBuffer bytes) {}

    static Signature of(Map<String, Tensor> inputs, Set<String> valueInputs) {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      Map<String, Contents> contents = new LinkedHashMap<>();
      inputs.forEach(
          (name, tensor) -> {
            shapes.put(name, tensor.shape());
            if (valueInputs.contains(name)) {
              byte[] bytes = tensor.data().toArray(Tensor.BYTE);
              contents.put(name, new Contents(tensor.type(), ByteBuffer.wrap(bytes)));
            }
          });
      return new Signature(shapes, contents);
    }

    Map<String, Tensor> values() {
      Map<String, Tensor> values = new LinkedHashMap<>();
      contents.forEach(
          (name, content) -> {
            Shape shape = Objects.requireNonNull(shapes.get(name));
            Tensor copy = Tensor.zeros(content.type(), shape);
            copy.data().copyFrom(MemorySegment.ofBuffer(content.bytes().duplicate()));
            values.put(name, copy);
          });
      return values;
    }
  }
}
