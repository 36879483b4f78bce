package fp8sim.kernel.reference;

import fp8sim.kernel.Binding;
import fp8sim.plan.Operand;
import fp8sim.tensor.Tensor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Operands as arrays: a constant is read once and shared, a slot is read on every run. */
final class Inputs {
  private Inputs() {}

  static Supplier<float[]> floats(Operand operand, Binding binding) {
    return array(operand, binding, "reference float[]", Values::floats);
  }

  /** As {@link #floats} of an optional operand; an empty array without. */
  static Supplier<float[]> optionalFloats(@Nullable Operand operand, Binding binding) {
    return operand == null ? () -> new float[0] : floats(operand, binding);
  }

  static Supplier<double[]> doubles(Operand operand, Binding binding) {
    return array(operand, binding, "reference double[]", Values::doubles);
  }

  static Supplier<long[]> longs(Operand operand, Binding binding) {
    return array(operand, binding, "reference long[]", Values::longs);
  }

  private static <T> Supplier<T> array(
      Operand operand, Binding binding, String form, Function<Tensor, T> read) {
    Tensor tensor = binding.tensor(operand);
    if (operand instanceof Operand.Constant) {
      T array = binding.prepared().get(tensor, form, read);
      return () -> array;
    }
    return () -> read.apply(tensor);
  }
}
