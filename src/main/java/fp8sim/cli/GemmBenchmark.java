package fp8sim.cli;

import fp8sim.engine.Models;
import fp8sim.onnx.MatMulModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One matrix product with a constant right operand, as a network of one node. */
final class GemmBenchmark {
  private final Invocation invocation;
  private final GemmShape shape;
  private final int threads;

  GemmBenchmark(Invocation invocation, GemmShape shape, int threads) {
    this.invocation = invocation;
    this.shape = shape;
    this.threads = threads;
  }

  List<Timing> measure(@Nullable OnnxRuntime runtime, Stopwatch stopwatch) {
    byte[] model = MatMulModel.of(shape.m(), shape.k(), shape.n(), random(shape.k() * shape.n()));
    Tensor a = Tensor.ofFloats(Shape.of(shape.m(), shape.k()), random(shape.m() * shape.k()));
    Map<String, Tensor> inputs = Map.of(MatMulModel.INPUT, a);
    VariantBenchmark variants =
        new VariantBenchmark(invocation, Models.open("gemm", model), inputs, threads);
    if (runtime == null) {
      return variants.measure(null, stopwatch);
    }
    try (OnnxRuntime.Session session = runtime.open(model, threads, inputs)) {
      return variants.measure(session, stopwatch);
    }
  }

  private static float[] random(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
