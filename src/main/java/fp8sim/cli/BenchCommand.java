package fp8sim.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.ExitCode;
import fp8sim.Fp8simException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Measures speed on this machine, beside ONNX Runtime if its jar is named. */
final class BenchCommand implements Command {
  private static final CliOption MODEL =
      CliOption.value("model", "M", "for 'bench model': a bundled model's name, or an ONNX file")
          .repeated();
  private static final CliOption BATCH_SIZE =
      CliOption.value("batch-size", "N", "for 'bench model' (default: 1 and 8)").repeated();
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
        OptionSection.of("Measuring", MODEL, BATCH_SIZE, SHAPE, SECONDS, ONNX_RUNTIME),
        RuntimeOptions.SECTION,
        NumericsOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim bench gemm --threads 1",
        "fp8sim bench model --model resnet18.onnx --onnxruntime onnxruntime-1.29.0.jar");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    List<String> operands = arguments.operands();
    if (operands.size() != 1) {
      throw Fp8simException.usage("bench needs one operand: gemm or model");
    }
    Path jar = arguments.findPath(ONNX_RUNTIME.name()).orElse(null);
    try (OnnxRuntime runtime = jar == null ? null : OnnxRuntime.load(jar)) {
      Stopwatch stopwatch =
          new Stopwatch(arguments.findInt(SECONDS.name(), 1).orElseThrow() * 1_000_000_000L);
      switch (operands.getFirst()) {
        case "gemm" -> gemm(invocation, runtime, stopwatch);
        case "model" -> models(invocation, runtime, stopwatch);
        default ->
            throw Fp8simException.usage(
                "bench %s: there are gemm and model".formatted(operands.getFirst()));
      }
    }
    return ExitCode.SUCCESS;
  }

  private static void models(
      Invocation invocation, @Nullable OnnxRuntime runtime, Stopwatch stopwatch) {
    Arguments arguments = invocation.arguments();
    List<String> models = arguments.list(MODEL.name());
    if (models.isEmpty()) {
      throw Fp8simException.usage("bench model needs --model");
    }
    int threads = RuntimeOptions.threads(arguments);
    List<String> given = arguments.list(BATCH_SIZE.name());
    List<String> sizes = given.isEmpty() ? List.of("1", "8") : given;
    TextTable table =
        new TextTable(
            "model",
            "batch",
            "variant",
            "threads",
            "fp8sim ms",
            "to float32",
            "ONNX Runtime ms",
            "to ONNX Runtime");
    JsonArray rows = new JsonArray();
    RatioMean mean = new RatioMean();
    for (String model : models) {
      for (String size : sizes) {
        int batch = positive(BATCH_SIZE, size);
        invocation.err().printf(Locale.ROOT, "measuring %s, batch %d%n", model, batch);
        ModelBenchmark benchmark = new ModelBenchmark(invocation, model, batch, threads);
        List<Timing> timings = benchmark.measure(runtime, stopwatch);
        mean.add(timings.getFirst());
        for (Timing timing : timings) {
          table.row(
              model,
              Integer.toString(batch),
              timing.variant(),
              Integer.toString(threads),
              milliseconds(timing.own()),
              timing.ratioToFloatText(),
              milliseconds(timing.other()),
              timing.ratioToOnnxRuntimeText());
          JsonObject row = new JsonObject();
          row.addProperty("model", model);
          row.addProperty("batch", batch);
          timing.addTo(row, threads);
          row.addProperty("milliseconds", timing.own() / 1e6);
          rows.add(row);
        }
      }
    }
    invocation.out().print(table.alignRight(1, 3, 4, 5, 6, 7));
    mean.print(invocation.out());
    invocation.result().put("rows", rows);
  }

  private static void gemm(
      Invocation invocation, @Nullable OnnxRuntime runtime, Stopwatch stopwatch) {
    Arguments arguments = invocation.arguments();
    int threads = RuntimeOptions.threads(arguments);
    List<GemmShape> shapes = GemmShape.parseAll(arguments.list(SHAPE.name()));
    TextTable table =
        new TextTable(
            "m",
            "k",
            "n",
            "variant",
            "threads",
            "GMAC/s",
            "to float32",
            "ONNX Runtime GMAC/s",
            "to ONNX Runtime");
    JsonArray rows = new JsonArray();
    RatioMean mean = new RatioMean();
    for (GemmShape shape : shapes) {
      List<Timing> timings =
          new GemmBenchmark(invocation, shape, threads).measure(runtime, stopwatch);
      mean.add(timings.getFirst());
      for (Timing timing : timings) {
        table.row(
            Integer.toString(shape.m()),
            Integer.toString(shape.k()),
            Integer.toString(shape.n()),
            timing.variant(),
            Integer.toString(threads),
            gmacs(shape, timing.own()),
            timing.ratioToFloatText(),
            gmacs(shape, timing.other()),
            timing.ratioToOnnxRuntimeText());
        JsonObject row = new JsonObject();
        row.addProperty("m", shape.m());
        row.addProperty("k", shape.k());
        row.addProperty("n", shape.n());
        timing.addTo(row, threads);
        row.addProperty("gmacs", shape.macs() / timing.own());
        rows.add(row);
      }
    }
    invocation.out().print(table.alignRight(0, 1, 2, 4, 5, 6, 7, 8));
    mean.print(invocation.out());
    invocation.result().put("rows", rows);
  }

  private static String gmacs(GemmShape shape, double nanos) {
    return nanos > 0 ? "%.1f".formatted(shape.macs() / nanos) : "";
  }

  private static String milliseconds(double nanos) {
    return nanos > 0 ? "%.2f".formatted(nanos / 1e6) : "";
  }

  private static int positive(CliOption option, String text) {
    try {
      int value = Integer.parseInt(text);
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw Fp8simException.usage("--%s %s: not a number".formatted(option.name(), text));
    }
    throw Fp8simException.usage("--%s %s: at least 1".formatted(option.name(), text));
  }
}
