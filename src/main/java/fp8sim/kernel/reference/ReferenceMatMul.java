package fp8sim.kernel.reference;

import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Operand;
import fp8sim.plan.Step;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.function.Supplier;

/** {@code y[..,i,j] = sum over l of a[..,i,l] * b[..,l,j]}; integers wrap around. */
final class ReferenceMatMul {
  private ReferenceMatMul() {}

  static Executable bind(Step step, Binding binding) {
    Op.MatMul op = (Op.MatMul) step.op();
    Operand left = step.input(0);
    Operand right = step.input(1);
    Tensor y = binding.tensor(step.output());
    MatrixBatch batch = MatrixBatch.ofMatMul(left.shape(), right.shape(), y.shape(), op.transB());
    if (y.type().isInteger()) {
      Supplier<long[]> a = Inputs.longs(left, binding);
      Supplier<long[]> b = Inputs.longs(right, binding);
      return parallel -> Values.store(y, MatrixProduct.multiply(batch, a.get(), b.get()));
    }
    if (y.type() == DataType.DOUBLE) {
      Supplier<double[]> a = Inputs.doubles(left, binding);
      Supplier<double[]> b = Inputs.doubles(right, binding);
      return parallel -> Values.store(y, MatrixProduct.multiply(batch, a.get(), b.get()));
    }
    Supplier<float[]> a = Inputs.floats(left, binding);
    Supplier<float[]> b = Inputs.floats(right, binding);
    FloatMath floatMath = binding.floatMath();
    return parallel -> Values.store(y, MatrixProduct.multiply(batch, a.get(), b.get(), floatMath));
  }
}
