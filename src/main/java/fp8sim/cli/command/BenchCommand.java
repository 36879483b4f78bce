package fp8sim.cli.command;

import fp8sim.bench.BenchSetup;
import fp8sim.bench.GemmBenchmark;
import fp8sim.bench.GemmShape;
import fp8sim.bench.GemmVariants;
import fp8sim.bench.Measurement;
import fp8sim.bench.ModelBenchmark;
import fp8sim.bench.OnnxRuntimeBaseline;
import fp8sim.bench.Stopwatch;
import fp8sim.bench.Workload;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Models;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures speed on this machine, beside ONNX Runtime if its jar is named. */
public final class BenchCommand implements Command {
  private static final CliOption MODEL =
      CliOption.value("model", "M", "for 'bench model': a bundled model's name, or an ONNX file")
          .repeated();
  private static final CliOption BATCH_SIZE =
      CliOption.value("batch-size", "N", "for 'bench model' (default: 1 and 8)").repeated();
  private static final List<Integer> BATCH_SIZES = List.of(1, 8);
  private static final CliOption SHAPE =
      CliOption.value(
              "shape", "MxKxN", "for 'bench gemm' (default: four shapes of common networks)")
          .repeated();
  private static final CliOption SECONDS =
      CliOption.value("seconds", "N", "time for each measurement, after as much warm-up")
          .withDefault("3");
  private static final CliOption ONNX_RUNTIME =
      CliOption.value(
          "onnxruntime", "FILE.jar", "ONNX Runtime for Java, to be measured in the same run");
  private static final CliOption PROFILE =
      CliOption.flag(
          "profile", "tell what the time of cpu kernels is spent on, by samples for as long again");
  private static final CliOption THREADS =
      CliOption.value(
              RuntimeOptions.THREADS.name(),
              "N",
              "worker threads; several numbers show how speed grows (default: all cores)")
          .repeated();

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public String summary() {
    return "speed of networks or matrix products on this machine, beside ONNX Runtime";
  }

  @Override
  public String operands() {
    return "gemm|model";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        OptionSection.of("Measuring", MODEL, BATCH_SIZE, SHAPE, SECONDS, ONNX_RUNTIME, PROFILE),
        OptionSection.of("Running", RuntimeOptions.BACKEND, THREADS, RuntimeOptions.MAX_MEMORY),
        NumericsOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim bench gemm --threads 1 --threads 2",
        "fp8sim bench gemm --threads 1 --format e4m3 --multiplier lmul",
        "fp8sim bench model --model fashion-resnet --multiplier adder --profile",
        "fp8sim bench model --model resnet18.onnx --onnxruntime onnxruntime-1.29.0.jar");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    List<String> operands = arguments.operands();
    if (operands.size() != 1) {
      throw Fp8simException.usage("bench needs one operand: gemm or model");
    }
    double seconds = arguments.number(SECONDS.name());
    if (seconds <= 0) {
      throw Fp8simException.usage("--seconds %s: more than 0".formatted(seconds));
    }
    if (arguments.has(PROFILE.name()) && !RuntimeOptions.isCpu(arguments)) {
      throw Fp8simException.usage("--profile: only kernels of --backend cpu say what they do");
    }
    List<Workload> workloads =
        switch (operands.getFirst()) {
          case "gemm" -> products(arguments);
          case "model" -> networks(arguments);
          default ->
              throw Fp8simException.usage(
                  "bench %s: there are gemm and model".formatted(operands.getFirst()));
        };
    Path jar = arguments.findPath(ONNX_RUNTIME.name()).orElse(null);
    Stopwatch stopwatch =
        new Stopwatch((long) (seconds * 1e9), jar == null ? 0 : Stopwatch.UNTIL_THREADS_SLEEP);
    BenchReport report = new BenchReport();
    try (OnnxRuntimeBaseline runtime = jar == null ? null : OnnxRuntimeBaseline.load(jar)) {
      for (int threads : threads(arguments)) {
        for (Workload workload : workloads) {
          invocation.err().printf("measuring %s, threads %d%n", workload.subject(), threads);
          BenchSetup setup =
              new BenchSetup(
                  () -> RuntimeOptions.backend(invocation),
                  threads,
                  stopwatch,
                  runtime,
                  arguments.has(PROFILE.name()),
                  invocation.err()::println);
          Measurement measured = workload.measure(setup);
          invocation.result().ranOn(measured.backend(), measured.device());
          report.add(workload, threads, measured.timings());
        }
      }
    }
    report.finish(invocation);
    return ExitCode.SUCCESS;
  }

  private static List<Workload> products(Arguments arguments) {
    arguments.refuse("has no effect on 'bench gemm'", MODEL, BATCH_SIZE);
    GemmVariants variants = variants(arguments);
    List<Workload> workloads = new ArrayList<>();
    for (GemmShape shape : GemmShape.parseAll(arguments.list(SHAPE.name()))) {
      workloads.add(new GemmBenchmark(shape, variants));
    }
    return workloads;
  }

  /** Without any numerics among the options, all that differ in speed. */
  private static GemmVariants variants(Arguments arguments) {
    Numerics wanted = NumericsOptions.read(arguments);
    return wanted.quantizes() || arguments.isGiven(NumericsOption.FORMAT.key())
        ? GemmVariants.of(wanted)
        : GemmVariants.ofAllSpeeds(wanted, changes -> NumericsOptions.read(arguments, changes));
  }

  private static List<Workload> networks(Arguments arguments) {
    arguments.refuse("has no effect on 'bench model'", SHAPE);
    List<String> names = arguments.list(MODEL.name());
    if (names.isEmpty()) {
      throw Fp8simException.usage("bench model needs --model");
    }
    List<Integer> given = arguments.integers(BATCH_SIZE.name(), 1);
    List<Model> models = names.stream().map(name -> Models.open(name, null)).toList();
    Numerics wanted = NumericsOptions.read(arguments);
    List<Workload> workloads = new ArrayList<>();
    for (Model model : models) {
      for (int batch : given.isEmpty() ? BATCH_SIZES : given) {
        workloads.add(new ModelBenchmark(model, batch, wanted));
      }
    }
    return workloads;
  }

  private static List<Integer> threads(Arguments arguments) {
    List<Integer> given = arguments.integers(THREADS.name(), 1, RuntimeOptions.MAX_THREADS);
    return given.isEmpty() ? List.of(RuntimeOptions.threads(arguments)) : given;
  }
}
