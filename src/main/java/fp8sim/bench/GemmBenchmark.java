package fp8sim.bench;

import com.google.gson.JsonObject;
import fp8sim.onnx.MatMulModel;
import fp8sim.onnx.OnnxModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** One matrix product with a constant right operand, as a network of one node. */
public final class GemmBenchmark implements Workload {
  private final GemmShape shape;
  private final GemmVariants variants;

  public GemmBenchmark(GemmShape shape, GemmVariants variants) {
    this.shape = shape;
    this.variants = variants;
  }

  @Override
  public String unit() {
    return "GMAC/s";
  }

  @Override
  public String key() {
    return "gmacs";
  }

  @Override
  public JsonObject subject() {
    JsonObject subject = new JsonObject();
    subject.addProperty("m", shape.m());
    subject.addProperty("k", shape.k());
    subject.addProperty("n", shape.n());
    return subject;
  }

  @Override
  public double figure(double nanos) {
    return shape.macs() / nanos;
  }

  @Override
  public String text(double figure) {
    return String.format(Locale.ROOT, "%.1f", figure);
  }

  @Override
  public Measurement measure(BenchSetup setup) {
    OnnxRuntimeBaseline runtime = setup.runtime();
    byte[] model = MatMulModel.of(shape.m(), shape.k(), shape.n(), random(shape.k() * shape.n()));
    Tensor a = Tensor.ofFloats(Shape.of(shape.m(), shape.k()), random(shape.m() * shape.k()));
    List<Variant> all = variants.of(MatMulModel.INPUT, a);
    VariantBenchmark benchmark = new VariantBenchmark(OnnxModel.read("gemm", model), setup);
    if (runtime == null) {
      return benchmark.measure(all, null);
    }
    try (OnnxRuntimeBaseline.Session session =
        runtime.open(model, setup.threads(), Map.of(MatMulModel.INPUT, a))) {
      return benchmark.measure(all, session);
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
