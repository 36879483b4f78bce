package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.plan.Epilogue;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layer, RMS, batch, instance and group normalization. */
abstract class NormalizationContract extends KernelContract {
  private final RandomTensors random = new RandomTensors(8);

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 8, 15, 16, 17, 64, 100, 768})
  void lastAxis(int size) {
    Shape shape = Shape.of(3, 4, size);
    Tensor x = random.normal(3, 4, size);
    Tensor scale = random.normal(size);
    Op.LayerNormalization layer = new Op.LayerNormalization(-1, 1e-5f);
    check(r -> r.withConstants(1, 2), layer, shape, x, scale, random.normal(size));
    check(r -> r.withConstants(1), layer, shape, x, scale);
    check(r -> r.withConstants(1), new Op.RmsNormalization(-1, 1e-5f), shape, x, scale);
  }

  @Test
  void severalAxes() {
    Shape shape = Shape.of(2, 3, 5, 7);
    Tensor x = random.normal(2, 3, 5, 7);
    Op.LayerNormalization layer = new Op.LayerNormalization(1, 1e-5f);
    check(
        r -> r.withConstants(1, 2),
        layer,
        shape,
        x,
        random.normal(3, 5, 7),
        random.normal(3, 5, 7));
    check(r -> r.withConstants(1, 2), layer, shape, x, random.normal(7), random.normal(7));
  }

  @Test
  void channels() {
    Shape shape = Shape.of(2, 6, 5, 7);
    Tensor x = random.normal(2, 6, 5, 7);
    Tensor scale = random.normal(6);
    Tensor bias = random.normal(6);
    check(r -> r.withConstants(1, 2), new Op.InstanceNormalization(1e-5f), shape, x, scale, bias);
    check(
        r -> r.withConstants(1, 2),
        new Op.GroupNormalization(1e-5f, 3, false),
        shape,
        x,
        scale,
        bias);
    Tensor mean = random.normal(6);
    Tensor variance = random.uniform(0.1, 2, 6);
    Op.BatchNormalization batch = new Op.BatchNormalization(1e-5f);
    check(r -> r.withConstants(1, 2, 3, 4), batch, shape, x, scale, bias, mean, variance);
    Epilogue relu = new Epilogue.Activation(new Op.Unary(UnaryFunction.RELU));
    check(
        r -> r.withConstants(1, 2, 3, 4).withEpilogue(relu),
        batch,
        shape,
        x,
        scale,
        bias,
        mean,
        variance);
  }

  @Test
  void computedParameters() {
    Op.LayerNormalization layer = new Op.LayerNormalization(-1, 1e-5f);
    Tensor x = random.normal(3, 4, 17);
    check(layer, Shape.of(3, 4, 17), x, random.normal(17), random.normal(17));
    check(
        new Op.BatchNormalization(1e-5f),
        Shape.of(2, 6, 5, 7),
        random.normal(2, 6, 5, 7),
        random.normal(6),
        random.normal(6),
        random.normal(6),
        random.uniform(0.1, 2, 6));
  }

  @Test
  void twoAxes() {
    Op.BatchNormalization batch = new Op.BatchNormalization(1e-5f);
    check(
        r -> r.withConstants(1, 2, 3, 4),
        batch,
        Shape.of(5, 9),
        random.normal(5, 9),
        random.normal(9),
        random.normal(9),
        random.normal(9),
        random.uniform(0.1, 2, 9));
  }
}
