package fp8sim.kernel.simd.depthwise;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.Tensor;
import java.util.Optional;

/** Depthwise products of significands that are selected in registers. */
public final class DepthwiseSignificandWay implements ProductWay {
  private static final int INT_BITS = 31;

  /** For a vector of products from tables of one register. */
  private static final double NANOSECONDS = 3;

  /** The same with two. */
  private static final double TWO_REGISTERS = 5.8;

  /** Identifies prepared factors. */
  private record Form(ProductArithmetic arithmetic) {}

  @Override
  public ProductMethod method() {
    return ProductMethod.SIGNIFICANDS;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    DepthwiseFit fit = DepthwiseFit.of(task);
    if (!fit.misfit().isEmpty()) {
      return Estimate.impossible(fit.misfit());
    }
    if (!(task.arithmetic().channel(0).rounding() instanceof ProductRounding.None)) {
      return Estimate.impossible("products that are rounded");
    }
    Grid grid = task.arithmetic().a().grid();
    if (!(grid instanceof FloatGrid floats)
        || !SignificandSums.fits(floats.format().fractionCount())) {
      return Estimate.impossible("fractions too wide for registers");
    }
    if (fit.largest() > FactoredCodes.LARGEST
        || fit.sumBits() > INT_BITS
        || !fit.plainUnits()
        || factors(task, TapProducts.of(task, weight(task))).isEmpty()) {
      return Estimate.impossible("products that are too wide, or not those of significands");
    }
    boolean one = floats.format().fractionCount() <= Memory.LANES;
    double each = (one ? NANOSECONDS : TWO_REGISTERS) / Memory.LANES;
    return Estimate.of(
        each * task.macs(), "%d fractions".formatted(floats.format().fractionCount()));
  }

  private static Tensor weight(ProductTask task) {
    return ((Operand.Constant) task.step().input(1)).tensor();
  }

  private static Optional<FactoredCodes> factors(ProductTask task, TapProducts products) {
    return Optional.ofNullable(FactoredCodes.of(products, task.arithmetic().a().grid()));
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    Tensor weight = weight(task);
    TapProducts products = TapProducts.of(task, weight);
    Form form = new Form(task.arithmetic());
    FactoredCodes factors =
        binding.prepared().get(weight, form, w -> factors(task, products).orElseThrow());
    PlaneLayout layout = new PlaneLayout(DepthwiseProducts.geometry(task.step()));
    SignificandSums sums = new SignificandSums(layout, products, factors);
    return new DepthwiseProducts(task, binding, layout, sums);
  }
}
