package fp8sim.kernel.simd.depthwise;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.Tensor;

/** Depthwise products, 64 looked up at once. */
public final class DepthwiseRegisterWay implements ProductWay {
  private static final int MOST_CODE_BITS = 8;
  private static final int INT_BITS = 31;

  /** Most terms, so that 16 bits hold a sum of digits. */
  private static final int MOST_TERMS = 1000;

  /** For a product of two digits whose sum fits 16 bits (AVX-512 with byte look-up). */
  private static final double NARROW = 0.07;

  /** For each two digits of other products. */
  private static final double WIDE = 0.18;

  /** In place of both without byte look-up: instructions are imitated. */
  private static final double IMITATED = 12;

  /** Identifies prepared tables. */
  private record Form(ProductArithmetic arithmetic) {}

  @Override
  public ProductMethod method() {
    return ProductMethod.REGISTERS;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    DepthwiseFit fit = DepthwiseFit.of(task);
    if (!fit.misfit().isEmpty()) {
      return Estimate.impossible(fit.misfit());
    }
    int digits = TapDigits.digits(fit.largest());
    if (fit.codeBits() > MOST_CODE_BITS || digits == 0) {
      return Estimate.impossible("codes or products too wide for registers");
    }
    if (fit.sumBits() > INT_BITS || task.terms() > MOST_TERMS || !fit.plainUnits()) {
      return Estimate.impossible("sums too wide for integers");
    }
    if (!fit.zeroIsPadding()) {
      return Estimate.impossible("padding, and products of zero that are not zero");
    }
    boolean narrow = DigitSums.isNarrow(digits, fit.sumBits());
    double each = narrow ? NARROW : WIDE * digits / 2;
    return Estimate.of(
        (machine.byteLookup() ? each : IMITATED) * task.macs(),
        "%d digits, %d-bit sums".formatted(digits, fit.sumBits() + 1));
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    Tensor weight = ((Operand.Constant) task.step().input(1)).tensor();
    DepthwiseFit fit = DepthwiseFit.of(task);
    int digits = TapDigits.digits(fit.largest());
    TapProducts products = TapProducts.of(task, weight);
    TapDigits tables =
        binding
            .prepared()
            .get(weight, new Form(task.arithmetic()), w -> new TapDigits(products, digits));
    PlaneLayout layout = new PlaneLayout(DepthwiseProducts.geometry(task.step()));
    DigitSums sums = new DigitSums(layout, products, tables, fit.sumBits());
    return new DepthwiseProducts(task, binding, layout, sums);
  }
}
