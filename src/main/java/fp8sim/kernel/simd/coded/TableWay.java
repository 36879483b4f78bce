package fp8sim.kernel.simd.coded;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;

/** Sums of products from tables that are laid out as vectors of output channels. */
public final class TableWay implements ProductWay {
  /** Laying a term's table out costs as much as so many positions. */
  private static final double LAYOUT_POSITIONS = 700;

  /** For one product with AVX2. */
  private static final double NANOSECONDS = 0.03;

  @Override
  public ProductMethod method() {
    return ProductMethod.TABLES;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    String misfit = ProductRows.misfit(task);
    if (!misfit.isEmpty()) {
      return Estimate.impossible(misfit);
    }
    if (task.kind() == ProductTask.Kind.DEPTHWISE) {
      return Estimate.impossible("a single channel for each input channel");
    }
    boolean isConv = task.kind() != ProductTask.Kind.MATMUL;
    if (task.kind() == ProductTask.Kind.CONV_TRANSPOSE || (isConv && !task.isConstant())) {
      return Estimate.impossible("weights that are computed, or transposed");
    }
    if (task.kind() == ProductTask.Kind.CONV
        && !LookupConvolution.fits(ConvGeometry.of(task.step()))) {
      return Estimate.impossible("too large an input for 32-bit positions");
    }
    double positions = task.positions() + LAYOUT_POSITIONS;
    double products = (double) task.products() * positions * task.channels() * task.terms();
    return Estimate.of(
        NANOSECONDS * products, "%d positions for each table".formatted(task.positions()));
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    return task.kind() == ProductTask.Kind.MATMUL
        ? LookupMatMul.bind(task.step(), task.arithmetic(), binding, task.reference())
        : LookupConvolution.bind(task.step(), task.arithmetic(), binding, task.reference());
  }
}
