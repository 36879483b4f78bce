package fp8sim.bench;

import com.google.gson.JsonObject;
import fp8sim.common.Fp8simException;
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

/** A whole network on random inputs. */
public final class ModelBenchmark implements Workload {
  private final Model model;
  private final int batch;
  private final Numerics wanted;

  /**
   * A benchmark of one batch size.
   *
   * @param wanted measured beside float32 if it quantizes
   */
  public ModelBenchmark(Model model, int batch, Numerics wanted) {
    this.model = model;
    this.batch = batch;
    this.wanted = wanted;
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
    subject.addProperty("model", model.name());
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
  public Measurement measure(BenchSetup setup) {
    OnnxRuntimeBaseline runtime = setup.runtime();
    Path file = model.file();
    if (runtime != null && file == null) {
      throw Fp8simException.usage("--model %s: ONNX Runtime needs a file".formatted(model.name()));
    }
    Map<String, Tensor> inputs = inputs();
    List<Variant> variants = new ArrayList<>();
    variants.add(new Variant("float32", wanted.withoutQuantizers(), inputs));
    if (wanted.quantizes()) {
      variants.add(new Variant(wanted.describe(), wanted, inputs));
    }
    VariantBenchmark benchmark = new VariantBenchmark(model.graph(), setup);
    if (runtime == null || file == null) {
      return benchmark.measure(variants, null);
    }
    try (OnnxRuntimeBaseline.Session session = runtime.open(file, setup.threads(), inputs)) {
      return benchmark.measure(variants, session);
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
                .formatted(model.name(), input.name()));
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
                    .formatted(model.name(), input.name(), DataType.FLOAT, DataType.INT64));
      }
    }
    return tensor;
  }
}
