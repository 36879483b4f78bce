package fp8sim.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.kernel.StepRunner;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceEpilogueTest {
  private static final Shape SHAPE = Shape.of(1, 2, 2);

  private final StepRunner runner = StepRunner.of(ReferenceKernels.set());

  @Test
  void stagesFollowEachOtherOnTheFinishedOutput() {
    Tensor x = Tensor.ofFloats(SHAPE, 1f, 2f, 3f, 4f);
    Tensor residual = Tensor.ofFloats(SHAPE, 0f, -100f, 0.25f, 0f);
    Tensor y =
        runner
            .withEpilogue(
                new Epilogue.Affine(1, constant(2f, 10f), constant(0.5f, -1f), false),
                new Epilogue.Bias(2, constant(1000f, 2000f)))
            .withResidual(residual)
            .run(new Op.Transpose(List.of(0, 2, 1)), SHAPE, x);
    assertThat(y.toFloats()).containsExactly(1002.5f, 1906.5f, 1019.25f, 2039f);
  }

  @Test
  void activationComesWhereItStands() {
    Tensor x = Tensor.ofFloats(SHAPE, -1f, 2f, -3f, 4f);
    Epilogue relu = new Epilogue.Activation(new Op.Unary(UnaryFunction.RELU));
    Epilogue bias = new Epilogue.Bias(1, constant(1f, -1f));
    Tensor first = runner.withEpilogue(relu, bias).run(new Op.Unary(UnaryFunction.NEG), SHAPE, x);
    assertThat(first.toFloats()).containsExactly(2f, 1f, 2f, -1f);
    Tensor last = runner.withEpilogue(bias, relu).run(new Op.Unary(UnaryFunction.NEG), SHAPE, x);
    assertThat(last.toFloats()).containsExactly(2f, 0f, 2f, 0f);
  }

  @Test
  void affineRoundsTheProductBeforeItAddsUnlessItIsFused() {
    float almostOne = 1f + 0x1p-23f;
    Tensor x = Tensor.ofFloats(Shape.of(1, 1), almostOne);
    Operand.Constant alpha = constant(almostOne);
    Operand.Constant beta = constant(-1f - 0x1p-22f);
    Tensor y =
        runner
            .withEpilogue(new Epilogue.Affine(1, alpha, beta, false))
            .run(new Op.Transpose(List.of(1, 0)), Shape.of(1, 1), x);
    assertThat(y.toFloats()).containsExactly(0f);
    Tensor fused =
        runner
            .withEpilogue(new Epilogue.Affine(1, alpha, beta, true))
            .run(new Op.Transpose(List.of(1, 0)), Shape.of(1, 1), x);
    assertThat(fused.toFloats()).containsExactly(0x1p-46f);
  }

  private static Operand.Constant constant(float... values) {
    return new Operand.Constant(Tensor.ofFloats(Shape.of(values.length), values));
  }
}
