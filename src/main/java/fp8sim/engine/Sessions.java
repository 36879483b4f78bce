package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.kernel.Backend;
import fp8sim.kernel.Device;
import fp8sim.kernel.DeviceMemoryException;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.pass.infer.Stage;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.plan.Plan;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerState;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.MemoryLimitException;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a network for one purpose, and the state of its quantizers. Inputs of a new shape
 * compile a new session, which shares the prepared weights of the others; the two most recent ones
 * are kept, so that the smaller last batch of a data set costs no memory for long.
 *
 * <p>Where shapes depend on data, a run has stages: each is the network as far as it can be
 * compiled with what the stages before computed, and the last one is all of it. Not thread-safe.
 */
final class Sessions implements AutoCloseable {
  private static final int KEPT = 2;

  /** As many where shapes depend on data, so that a network has several for one run. */
  private static final int KEPT_OF_STAGES = 8;

  private record Open(Compiled compiled, Session session) {}

  /** The last stage of a run, and what those before it computed. */
  private record Reached(Open open, StageResults results) {}

  private final Compiler compiler;
  private final CompileOptions compileOptions;
  private final Execution execution;
  private final QuantizerTable table;
  private final List<QuantizerTable> early = new ArrayList<>();
  private final Iterations iterations;
  private final DataNodes nodes;
  private final BatchParts parts;
  private final Map<InputSignature, Open> open = new LinkedHashMap<>(4, 0.75f, true);
  private @Nullable QuantizedGraph last;

  Sessions(Compiler compiler, CompileOptions compileOptions, Execution execution) {
    this(compiler, compileOptions, execution, new Iterations());
  }

  /**
   * Sessions of a network or of the body of a Loop.
   *
   * @param iterations of the loops that run around it, and in it
   */
  Sessions(
      Compiler compiler,
      CompileOptions compileOptions,
      Execution execution,
      Iterations iterations) {
    this.compiler = compiler;
    this.compileOptions = compileOptions;
    this.execution = execution;
    this.table = new QuantizerTable(compiler.numerics().seed());
    this.iterations = iterations;
    this.nodes = new DataNodes(compiler, execution, iterations);
    this.parts = new BatchParts(compiler.model());
  }

  /** Tells stochastic rounding the index in the data set of the next run's first sample. */
  void setSample(int first) {
    table.setSample(first);
    early.forEach(each -> each.setSample(first));
  }

  /** The state of the quantizers of computed tensors. */
  QuantizerTable table() {
    return table;
  }

  /** What was compiled last; null before the first time. */
  @Nullable QuantizedGraph last() {
    return last;
  }

  /** What the user should know about the placement of quantizers, one sentence each. */
  List<String> notes() {
    return last == null ? List.of() : last.placement().notes();
  }

  /**
   * Runs the network once, compiling it for the inputs' shapes if need be. A batch that is too
   * large for the device's memory runs in parts.
   *
   * @return the outputs by name; their memory holds until the next run or {@link #close}
   * @throws Fp8simException (input) if an input is missing, unknown, or of the wrong type or shape;
   *     (backend) if the device's memory is too small for one sample
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return withinMemory(inputs, () -> parts.run(inputs, table, this::runPart));
  }

  private Map<String, Tensor> runPart(Map<String, Tensor> inputs) {
    Reached last = reach(inputs);
    Map<String, Tensor> all = last.results().with(inputs);
    return last.results().withoutOwn(last.open().compiled(), last.open().session().run(all));
  }

  /** Compiles the network for inputs like these; it stays so until other shapes were used. */
  Compiled compile(Map<String, Tensor> inputs) {
    return withinMemory(inputs, () -> reach(parts.first(inputs))).open().compiled();
  }

  /** Runs the stages of a network before the last one, which computes its outputs. */
  private Reached reach(Map<String, Tensor> inputs) {
    iterations.beginRun();
    StageResults known = new StageResults(compiler.model().outputs(), compileOptions.taps());
    while (true) {
      Open open = open(inputs, known);
      Stage stage = open.compiled().stage();
      if (stage.isWhole()) {
        return new Reached(open, known);
      }
      known = known.after(stage, open.session().run(known.with(inputs)), nodes);
    }
  }

  /**
   * Does something with smaller and smaller parts of a batch until the device's memory holds them.
   */
  private <T> T withinMemory(Map<String, Tensor> inputs, Supplier<T> action) {
    Graph model = compiler.model();
    InputCheck.check(model, inputs);
    while (true) {
      try {
        return action.get();
      } catch (DeviceMemoryException e) {
        close();
        parts.shrink(inputs, e);
      }
    }
  }

  private Open open(Map<String, Tensor> inputs, StageResults results) {
    InputSignature signature = results.signature(InputSignature.of(inputs, compiler.valueInputs()));
    Open known = open.get(signature);
    if (known == null) {
      Compiled compiled = compiler.compile(signature, compileOptions);
      boolean whole = compiled.stage().isWhole();
      QuantizerTable own = whole ? table : ofStage(results.stages());
      if (whole) {
        last = compiled.quantized();
      }
      addQuantizers(compiled.quantized(), own);
      known = new Open(compiled, session(compiled.plan(), own));
      closeOldest(whole && results.stages() == 0 ? KEPT : KEPT_OF_STAGES);
      open.put(signature, known);
    }
    return known;
  }

  /**
   * The quantizers of an early stage. They are not those of the network: what goes through them
   * goes through those too, and shall count once.
   */
  private QuantizerTable ofStage(int number) {
    while (early.size() <= number) {
      QuantizerTable next = new QuantizerTable(compiler.numerics().seed());
      next.setSample(table.sample());
      early.add(next);
    }
    return early.get(number);
  }

  private void addQuantizers(QuantizedGraph graph, QuantizerTable quantizers) {
    for (QuantizerSpec spec : graph.quantizers().values()) {
      if (spec.kind() == QuantizerKind.WEIGHT || quantizers.contains(spec.id())) {
        continue;
      }
      QuantizerState live = new QuantizerState(spec.id(), spec::quantizer);
      QuantizedGraph.Fixed fixed = graph.activations().get(spec.id());
      if (fixed != null) {
        live.fix(fixed.range());
      } else if (graph.calibrating()) {
        live.calibrate(spec.estimator(execution.workers()));
      }
      quantizers.add(live);
    }
  }

  /** Compiles a plan; sessions of other shapes make room for it if need be. */
  private Session session(Plan plan, QuantizerTable quantizers) {
    Backend backend = backendFor(plan);
    SessionOptions options = execution.options(quantizers);
    try {
      return backend.compile(plan, options);
    } catch (MemoryLimitException e) {
      if (open.isEmpty()) {
        throw e;
      }
    }
    close();
    return backend.compile(plan, options);
  }

  private Backend backendFor(Plan plan) {
    Backend chosen = execution.choice().backend();
    boolean measures = plan.observes() || compileOptions.purpose() == Purpose.BATCH_STATISTICS;
    return measures && !chosen.observes() ? Backends.choose(Backends.CPU).backend() : chosen;
  }

  private void closeOldest(int kept) {
    while (open.size() >= kept) {
      InputSignature oldest = open.keySet().iterator().next();
      Open closed = open.remove(oldest);
      if (closed != null) {
        closed.session().close();
      }
    }
  }

  /** As {@link Backend#productKernels}, of what was compiled last and is open. */
  Map<String, String> productKernels() {
    Backends.Choice choice = execution.choice();
    Map<String, String> kernels = Map.of();
    for (Open each : open.values()) {
      kernels = choice.backend().productKernels(each.compiled().plan(), choice.device());
    }
    return kernels;
  }

  /** The device of the session that ran last, or the backend's first one if none has. */
  Device device() {
    Device device = execution.firstDevice();
    for (Open each : open.values()) {
      device = each.session().device();
    }
    return device;
  }

  /** Closes all sessions; quantizers keep their state, and further runs compile again. */
  @Override
  public void close() {
    open.values().forEach(each -> each.session().close());
    open.clear();
    nodes.close();
  }
}
