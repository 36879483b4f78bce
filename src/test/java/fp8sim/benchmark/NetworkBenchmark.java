package fp8sim.benchmark;

import fp8sim.engine.Backends;
import fp8sim.engine.Network;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One run of a bundled network on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class NetworkBenchmark {
  @Param({"fashion-resnet", "fashion-mobilenet_v2", "fashion-vit"})
  public String model = "fashion-resnet";

  @Param({"1", "8"})
  public int batch = 1;

  @Param({"FUSED", "SEPARATE"})
  public FloatMath floatMath = FloatMath.FUSED;

  private Network network;
  private Map<String, Tensor> inputs;

  @Setup
  public void open() {
    network =
        new Network(
            OnnxModel.read(Path.of("models", model + ".onnx")),
            Numerics.float32(floatMath),
            Backends.choose("cpu"),
            1);
    Shape shape = Shape.of(batch, 1, 28, 28);
    Tensor images = Tensor.ofFloats(shape, pixels(shape.elements()));
    inputs = Map.of(network.blueprint().inputs().getFirst().name(), images);
  }

  @TearDown
  public void close() {
    network.close();
  }

  @Benchmark
  public Map<String, Tensor> run() {
    return network.run(inputs);
  }

  private static float[] pixels(int count) {
    Random random = new Random(1);
    float[] pixels = new float[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = random.nextFloat();
    }
    return pixels;
  }
}
