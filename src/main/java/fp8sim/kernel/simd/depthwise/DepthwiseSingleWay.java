package fp8sim.kernel.simd.depthwise;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.tensor.Tensor;

/** Depthwise products, looked up one by one, or up to three of a filter row together. */
public final class DepthwiseSingleWay implements ProductWay {
  /** For a product that is looked up by itself. */
  private static final double NANOSECONDS = 0.5;

  /** For one of three. */
  private static final double PACKED = 0.15;

  /** Identifies prepared rows. */
  private record Form(ProductArithmetic arithmetic, boolean packed) {}

  @Override
  public ProductMethod method() {
    return ProductMethod.SINGLE;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    DepthwiseFit fit = DepthwiseFit.of(task);
    if (!fit.misfit().isEmpty()) {
      return Estimate.impossible(fit.misfit());
    }
    return isPacked(task, fit)
        ? Estimate.of(PACKED * task.macs(), "products of a filter row together")
        : Estimate.of(NANOSECONDS * task.macs(), "%d-bit sums".formatted(fit.sumBits() + 1));
  }

  private static boolean isPacked(ProductTask task, DepthwiseFit fit) {
    ConvGeometry geometry = DepthwiseProducts.geometry(task.step());
    return PackedSums.fits(fit.bits(), geometry.kernelHeight());
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    Tensor weight = ((Operand.Constant) task.step().input(1)).tensor();
    ConvGeometry geometry = DepthwiseProducts.geometry(task.step());
    boolean packed = isPacked(task, DepthwiseFit.of(task));
    TapProducts products = TapProducts.of(task, weight);
    Form form = new Form(task.arithmetic(), packed);
    EntryRows rows = binding.prepared().get(weight, form, w -> new EntryRows(products, !packed));
    PlaneLayout layout = new PlaneLayout(geometry);
    PlaneSums sums =
        packed
            ? new PackedSums(geometry, layout, products, rows)
            : new EntrySums(layout, products, rows);
    return new DepthwiseProducts(task, binding, layout, sums);
  }
}
