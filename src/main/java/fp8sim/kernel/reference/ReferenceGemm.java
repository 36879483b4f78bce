package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Strides;
import fp8sim.tensor.Tensor;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = alpha * A' B' + beta * c}; c broadcasts to {@code [M,N]}. Integers wrap around; their
 * alpha and beta count without their fractions.
 */
final class ReferenceGemm {
  private ReferenceGemm() {}

  static Executable bind(Step step, Binding binding) {
    Op.Gemm op = (Op.Gemm) step.op();
    Operand left = step.input(0);
    Operand right = step.input(1);
    Operand addend = step.optionalInput(2);
    Tensor y = binding.tensor(step.output());
    MatrixBatch batch = MatrixBatch.ofGemm(left.shape(), right.shape(), op.transA(), op.transB());
    int[] at = addend == null ? null : Strides.repeated(addend.shape(), y.shape());
    if (y.type().isInteger()) {
      Supplier<long[]> a = Inputs.longs(left, binding);
      Supplier<long[]> b = Inputs.longs(right, binding);
      Supplier<long[]> c = addend == null ? () -> new long[0] : Inputs.longs(addend, binding);
      return parallel -> {
        long[] product = MatrixProduct.multiply(batch, a.get(), b.get());
        Values.store(y, finish(op, product, c.get(), at));
      };
    }
    if (y.type() == DataType.DOUBLE) {
      Supplier<double[]> a = Inputs.doubles(left, binding);
      Supplier<double[]> b = Inputs.doubles(right, binding);
      Supplier<double[]> c = addend == null ? () -> new double[0] : Inputs.doubles(addend, binding);
      return parallel -> {
        double[] product = MatrixProduct.multiply(batch, a.get(), b.get());
        Values.store(y, finish(op, product, c.get(), at));
      };
    }
    Supplier<float[]> a = Inputs.floats(left, binding);
    Supplier<float[]> b = Inputs.floats(right, binding);
    Supplier<float[]> c = Inputs.optionalFloats(addend, binding);
    FloatMath floatMath = binding.floatMath();
    return parallel -> {
      float[] product = MatrixProduct.multiply(batch, a.get(), b.get(), floatMath);
      Values.store(y, finish(op, product, c.get(), at));
    };
  }

  /**
   * A Gemm or MatMul of float32 numbers whose products are something else.
   *
   * @param product of both operands, {@code [M,N]} for each matrix of the batch
   */
  static Executable bind(Step step, Binding binding, BinaryOperator<float[]> product) {
    Tensor y = binding.tensor(step.output());
    Supplier<float[]> a = Inputs.floats(step.input(0), binding);
    Supplier<float[]> b = Inputs.floats(step.input(1), binding);
    if (!(step.op() instanceof Op.Gemm op)) {
      return parallel -> Values.store(y, product.apply(a.get(), b.get()));
    }
    Operand addend = step.optionalInput(2);
    Supplier<float[]> c = Inputs.optionalFloats(addend, binding);
    int[] at = addend == null ? null : Strides.repeated(addend.shape(), y.shape());
    return parallel -> Values.store(y, finish(op, product.apply(a.get(), b.get()), c.get(), at));
  }

  private static float[] finish(Op.Gemm op, float[] product, float[] c, int @Nullable [] at) {
    for (int i = 0; i < product.length; i++) {
      float scaled = op.alpha() * product[i];
      product[i] = at == null ? scaled : scaled + op.beta() * c[at[i]];
    }
    return product;
  }

  private static double[] finish(Op.Gemm op, double[] product, double[] c, int @Nullable [] at) {
    for (int i = 0; i < product.length; i++) {
      double scaled = op.alpha() * product[i];
      product[i] = at == null ? scaled : scaled + op.beta() * c[at[i]];
    }
    return product;
  }

  private static long[] finish(Op.Gemm op, long[] product, long[] c, int @Nullable [] at) {
    for (int i = 0; i < product.length; i++) {
      long scaled = ((long) op.alpha()) * product[i];
      product[i] = at == null ? scaled : scaled + ((long) op.beta()) * c[at[i]];
    }
    return product;
  }
}
