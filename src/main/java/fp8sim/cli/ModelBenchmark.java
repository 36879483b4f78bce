package fp8sim.cli;

import fp8sim.Fp8simException;
import fp8sim.eval.LoadedModel;
import fp8sim.graph.GraphInput;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A whole network on random inputs. */
final class ModelBenchmark {
  private final Invocation invocation;
  private final String name;
  private final LoadedModel model;
  private final int batch;
  private final int threads;

  ModelBenchmark(Invocation invocation, String name, int batch, int threads) {
    this.invocation = invocation;
    this.name = name;
    this.batch = batch;
    this.threads = threads;
    model = LoadedModel.open(name, null);
  }

  List<Timing> measure(@Nullable OnnxRuntime runtime, Stopwatch stopwatch) {
    Path file = model.file();
    if (runtime != null && file == null) {
      throw Fp8simException.usage("--model %s: ONNX Runtime needs a file".formatted(name));
    }
    Map<String, Tensor> inputs = inputs();
    VariantBenchmark variants = new VariantBenchmark(invocation, model.graph(), inputs, threads);
    if (runtime == null || file == null) {
      return variants.measure(null, stopwatch);
    }
    try (OnnxRuntime.Session session = runtime.open(file, threads, inputs)) {
      return variants.measure(session, stopwatch);
    }
  }

  private Map<String, Tensor> inputs() {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (GraphInput input : model.graph().graph().inputs()) {
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
