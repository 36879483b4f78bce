package fp8sim.bench;

import com.google.gson.JsonObject;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Models;
import fp8sim.graph.GraphInput;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A whole network on random inputs. */
public final class ModelBenchmark implements Workload {
  private final Invocation invocation;
  private final String name;
  private final Model model;
  private final int batch;

  public ModelBenchmark(Invocation invocation, String name, int batch) {
    this.invocation = invocation;
    this.name = name;
    this.batch = batch;
    model = Models.open(name, null);
  }

  @Override
  public String unit() {
    return "ms";
  }

  @Override
  public String key() {
    return "milliseconds";
  }

  @Override
  public JsonObject subject() {
    JsonObject subject = new JsonObject();
    subject.addProperty("model", name);
    subject.addProperty("batch", batch);
    return subject;
  }

  @Override
  public double figure(double nanos) {
    return nanos / 1e6;
  }

  @Override
  public String text(double figure) {
    return String.format(Locale.ROOT, "%.2f", figure);
  }

  @Override
  public List<Timing> measure(
      int threads, @Nullable OnnxRuntimeBaseline runtime, Stopwatch stopwatch) {
    Path file = model.file();
    if (runtime != null && file == null) {
      throw Fp8simException.usage("--model %s: ONNX Runtime needs a file".formatted(name));
    }
    Map<String, Tensor> inputs = inputs();
    Numerics wanted = NumericsOptions.read(invocation.arguments());
    List<Variant> variants = new ArrayList<>();
    variants.add(new Variant("float32", wanted.withoutQuantizers(), inputs));
    if (wanted.quantizes()) {
      variants.add(new Variant(wanted.describe(), wanted, inputs));
    }
    VariantBenchmark benchmark = new VariantBenchmark(invocation, model.graph(), threads);
    if (runtime == null || file == null) {
      return benchmark.measure(variants, null, stopwatch);
    }
    try (OnnxRuntimeBaseline.Session session = runtime.open(file, threads, inputs)) {
      return benchmark.measure(variants, session, stopwatch);
    }
  }

  private Map<String, Tensor> inputs() {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (GraphInput input : model.graph().inputs()) {
      inputs.put(input.name(), input(input, random));
    }
    return inputs;
  }

  /** Normally distributed numbers; integers are 1. */
  private Tensor input(GraphInput input, SplittableRandom random) {
    int[] dims = new int[input.dims().size()];
    for (int i = 0; i < dims.length; i++) {
      GraphInput.Dimension dimension = input.dims().get(i);
      if (dimension.isDynamic() && i > 0) {
        throw Fp8simException.usage(
            "--model %s: input %s has a dynamic size besides the batch, which bench cannot choose"
                .formatted(name, input.name()));
      }
      dims[i] = dimension.isDynamic() ? batch : dimension.size();
    }
    Tensor tensor = Tensor.zeros(input.type(), Shape.of(dims));
    for (int i = 0; i < tensor.shape().elements(); i++) {
      switch (input.type()) {
        case FLOAT -> tensor.data().setAtIndex(Tensor.FLOAT, i, (float) random.nextGaussian());
        case INT64 -> tensor.data().setAtIndex(Tensor.LONG, i, 1);
        default ->
            throw Fp8simException.usage(
                "--model %s: input %s is neither %s nor %s"
                    .formatted(name, input.name(), DataType.FLOAT, DataType.INT64));
      }
    }
    return tensor;
  }
}
