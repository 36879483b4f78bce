package fp8sim.kernel.simd.coded;

import fp8sim.kernel.Binding;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.FiniteProduct;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;

/** A product of codes: operands are encoded, then parts of the output are summed. */
abstract class LookupKernel extends FiniteProduct {
  /** Identifies a prepared {@link ProductRows}. */
  private record LookupForm(ProductArithmetic arithmetic, int terms, boolean swapped) {}

  final ProductArithmetic arithmetic;
  final ProductRows lookup;

  /** Whether the second operand's codes select, and positions are in lanes. */
  final boolean swapped;

  /** Whether every product is looked up by itself. */
  final boolean singly;

  /** The part that all kernels on look-up tables share. */
  LookupKernel(ProductTask task, ProductMethod method, ProductRows lookup, Binding binding) {
    super(task, binding);
    this.arithmetic = task.arithmetic();
    this.lookup = lookup;
    swapped = isSwapped(method);
    singly = method == ProductMethod.SINGLE;
  }

  private static boolean isSwapped(ProductMethod method) {
    return method == ProductMethod.WEIGHT_TABLES;
  }

  /**
   * The lookup of a task that has one, which all sessions share if its second operand is a
   * constant.
   */
  static ProductRows lookup(ProductTask task, ProductMethod method, Binding binding) {
    ProductArithmetic arithmetic = task.arithmetic();
    int terms = (int) task.terms();
    boolean swapped = isSwapped(method);
    if (task.step().input(1) instanceof Operand.Constant constant) {
      LookupForm form = new LookupForm(arithmetic, terms, swapped);
      return binding
          .prepared()
          .get(constant.tensor(), form, weight -> ProductRows.of(arithmetic, terms, swapped));
    }
    return ProductRows.of(arithmetic, terms, swapped);
  }

  /** Encodes the second operand of an output channel. */
  final CodeEncoder secondEncoder(int channel, int factor) {
    return new CodeEncoder(arithmetic.channel(channel).w(), factor);
  }
}
