package fp8sim.cli;

import fp8sim.engine.Models;
import fp8sim.engine.Network;
import fp8sim.onnx.MatMulModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
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

  Timing measure(@Nullable OnnxRuntime runtime, Stopwatch stopwatch) {
    Arguments arguments = invocation.arguments();
    byte[] model = MatMulModel.of(shape.m(), shape.k(), shape.n(), random(shape.k() * shape.n()));
    Tensor a = Tensor.zeros(DataType.FLOAT, Shape.of(shape.m(), shape.k()));
    float[] values = random(shape.m() * shape.k());
    for (int i = 0; i < values.length; i++) {
      a.data().setAtIndex(Tensor.FLOAT, i, values[i]);
    }
    Map<String, Tensor> inputs = Map.of(MatMulModel.INPUT, a);
    try (Network network =
        new Network(
            Models.read("gemm", model),
            NumericsOptions.read(arguments),
            RuntimeOptions.backend(arguments),
            threads)) {
      network.run(inputs);
      invocation.result().ranOn(network.backend(), network.device().name());
      if (runtime == null) {
        return stopwatch.measure(() -> network.run(inputs), null);
      }
      try (OnnxRuntime.Session session = runtime.open(model, threads, inputs)) {
        return stopwatch.measure(() -> network.run(inputs), session::run);
      }
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
