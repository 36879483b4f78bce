package fp8sim.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Calibrator;
import fp8sim.engine.LayerInfo;
import fp8sim.engine.Network;
import fp8sim.exchange.Dialect;
import fp8sim.fuzz.Outcome.Verdict;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.pass.infer.ShapeInference;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/** One mutant: made, loaded, planned, run on two backends and compared. */
final class Trial {
  /** The name of every mutant, with which each refusal of it must start. */
  static final String MODEL = "mutant.onnx";

  private static final long MOST_MACS = 300_000_000;

  /** One of so many networks that run is exported too. */
  private static final int EXPORTED = 4;

  private final Random random;
  private final Specimen specimen;
  private final byte[] model;
  private final String options;

  /** Percentage of inputs that are made up although there are known ones; 0 for a sound model. */
  private final int otherInputs;

  /** The mutant of a seed. */
  Trial(Corpus corpus, long seed) {
    // Scrambled: Random begins alike for neighbouring seeds.
    this.random = new Random(new SplittableRandom(seed).nextLong());
    this.specimen = corpus.pick(random);
    ModelProto mutant = ModelMutation.mutate(specimen.model(), random, corpus.donors());
    this.model = mutant.toByteArray();
    this.options = RandomNumerics.pick(random);
    this.otherInputs = 25;
  }

  private Trial(Specimen specimen) {
    this.random = new Random(1);
    this.specimen = specimen;
    this.model = specimen.model().toByteArray();
    this.options = "";
    this.otherInputs = 0;
  }

  /** A specimen as it is, in float32. */
  static Trial sound(Specimen specimen) {
    return new Trial(specimen);
  }

  /** Where the mutant comes from and how it is run. */
  String describe() {
    return options.isEmpty() ? specimen.name() : specimen.name() + " with " + options;
  }

  byte[] model() {
    return model;
  }

  /** Runs it; never throws but for errors of the machine. */
  Outcome run() {
    Numerics numerics = RandomNumerics.parse(options);
    Outcome outcome = run(numerics);
    // Much of a damaged network has nothing to quantize; the rest of it is to run all the same.
    boolean refusesNumerics = outcome.kind().equals("exit " + ExitCode.USAGE.code());
    return refusesNumerics ? run(numerics.withoutQuantizers()) : outcome;
  }

  private Outcome run(Numerics numerics) {
    try {
      Graph graph = OnnxModel.read(MODEL, model);
      Map<String, Tensor> inputs = inputs(graph);
      int threads = 1 + random.nextInt(2);
      if (isLarge(graph, numerics, inputs)) {
        return Outcome.LARGE;
      }
      Result reference = run(graph, numerics, "reference", 1, inputs);
      Result cpu = run(graph, numerics, "cpu", threads, inputs);
      Outcome outcome = compare(reference, cpu);
      return otherInputs > 0 && outcome.verdict() == Verdict.AGREED && random.nextInt(EXPORTED) == 0
          ? export(graph, numerics, inputs, cpu)
          : outcome;
    } catch (Fp8simException refusal) {
      return Outcome.refused(refusal);
    } catch (OutOfMemoryError e) {
      return Outcome.NO_MEMORY;
    } catch (RuntimeException | StackOverflowError | AssertionError fault) {
      return Outcome.thrown(fault);
    }
  }

  private Outcome export(
      Graph graph, Numerics numerics, Map<String, Tensor> inputs, Result expected) {
    Dialect dialect = random.nextBoolean() ? Dialect.ONNX : Dialect.QONNX;
    Blueprint bare = Blueprint.of(graph, numerics, Backends.choose("cpu"), 1);
    Blueprint network = numerics.quantizes() ? Calibrator.calibrated(bare, List.of(inputs)) : bare;
    return ExportTrial.run(network, dialect, inputs, ((Result.Outputs) expected).tensors());
  }

  /** Whether it would take long, as far as that is known before anything runs. */
  private static boolean isLarge(Graph graph, Numerics numerics, Map<String, Tensor> inputs) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Map<String, Tensor> values = new LinkedHashMap<>();
    Set<String> needed = ShapeInference.valueInputs(graph);
    inputs.forEach(
        (name, tensor) -> {
          shapes.put(name, tensor.shape());
          if (needed.contains(name)) {
            values.put(name, tensor);
          }
        });
    Blueprint network = Blueprint.of(graph, numerics, Backends.choose("reference"), 1);
    return network.infer(shapes, values).filter(Trial::isLarge).isPresent();
  }

  private static boolean isLarge(Graph typed) {
    return LayerInfo.of(typed).stream().mapToLong(LayerInfo::macs).sum() > MOST_MACS;
  }

  /** Outputs, copied as they lie in the network's memory; or why there are none. */
  private sealed interface Result {
    record Outputs(Map<String, Tensor> tensors) implements Result {}

    record Failure(Outcome outcome) implements Result {}
  }

  private static Network opened(Blueprint network, Map<String, Tensor> inputs) {
    return network.numerics().quantizes()
        ? Calibrator.calibrated(network, List.of(inputs)).open()
        : network.open();
  }

  private static Result run(
      Graph graph, Numerics numerics, String backend, int threads, Map<String, Tensor> inputs) {
    Blueprint bare = Blueprint.of(graph, numerics, Backends.choose(backend), threads);
    try (Network network = opened(bare, inputs)) {
      Map<String, Tensor> copies = new LinkedHashMap<>();
      network.run(inputs).forEach((name, tensor) -> copies.put(name, copy(tensor)));
      return new Result.Outputs(copies);
    } catch (Fp8simException refusal) {
      return new Result.Failure(Outcome.refused(refusal));
    } catch (OutOfMemoryError e) {
      return new Result.Failure(Outcome.NO_MEMORY);
    } catch (RuntimeException | StackOverflowError | AssertionError fault) {
      return new Result.Failure(Outcome.thrown(fault));
    }
  }

  private static Tensor copy(Tensor tensor) {
    Tensor copy = Tensor.zeros(tensor.type(), tensor.shape());
    copy.data().copyFrom(tensor.data());
    return copy;
  }

  private static Outcome compare(Result reference, Result cpu) {
    if (reference instanceof Result.Outputs expected && cpu instanceof Result.Outputs actual) {
      return Bits.compare(expected.tensors(), actual.tensors());
    }
    for (Result result : List.of(cpu, reference)) {
      // What backends need beside the tensors differs: one of them may fit where the other does
      // not.
      if (result instanceof Result.Failure failure && failure.outcome().isForMemory()) {
        return failure.outcome();
      }
    }
    if (reference instanceof Result.Failure expected && cpu instanceof Result.Failure actual) {
      boolean worse = actual.outcome().verdict() == Verdict.FAULT;
      Outcome outcome = worse ? actual.outcome() : expected.outcome();
      boolean alike = actual.outcome().equals(expected.outcome());
      return alike || outcome.verdict() == Verdict.FAULT
          ? outcome
          : Outcome.fault(
              "refusals differ", expected.outcome().detail() + " / " + actual.outcome().detail());
    }
    boolean onlyCpu = cpu instanceof Result.Failure;
    Outcome failed = ((Result.Failure) (onlyCpu ? cpu : reference)).outcome();
    String kind = "only %s: %s".formatted(onlyCpu ? "cpu" : "reference", failed.kind());
    return Outcome.fault(kind, failed.detail());
  }

  private Map<String, Tensor> inputs(Graph graph) {
    FuzzTensors tensors = new FuzzTensors(random);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      GraphInput input = graph.inputs().get(i);
      Tensor known = i < specimen.inputs().size() ? specimen.inputs().get(i) : null;
      if (known != null && fits(known, input) && random.nextInt(100) >= otherInputs) {
        inputs.put(input.name(), known);
      } else {
        inputs.put(input.name(), make(tensors, input));
      }
    }
    return inputs;
  }

  private Tensor make(FuzzTensors tensors, GraphInput input) {
    int[] dims = new int[input.dims().size()];
    for (int i = 0; i < dims.length; i++) {
      GraphInput.Dimension dim = input.dims().get(i);
      // The first dimension is the batch in most models.
      dims[i] = dim.isDynamic() ? (i == 0 ? 1 + random.nextInt(2) : tensors.size()) : dim.size();
    }
    Shape shape = Shape.of(dims);
    if (shape.elements() > 1 << 22) {
      throw Fp8simException.input(MODEL + ": its input is too large to be fed");
    }
    return tensors.tensor(input.type(), shape);
  }

  private static boolean fits(Tensor tensor, GraphInput input) {
    if (tensor.type() != input.type() || tensor.shape().rank() != input.dims().size()) {
      return false;
    }
    for (int i = 0; i < input.dims().size(); i++) {
      GraphInput.Dimension dim = input.dims().get(i);
      if (!dim.isDynamic() && dim.size() != tensor.shape().dim(i)) {
        return false;
      }
    }
    return true;
  }
}
