package fp8sim.kernel.simd.coded;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;
import java.util.List;

/**
 * Sums of products from tables that are laid out as vectors, of output channels or of positions, or
 * from tables as they are.
 */
public final class TableWay implements ProductWay {
  /** The three ways that tables serve. */
  public static final List<ProductWay> WAYS =
      List.of(
          new TableWay(ProductMethod.TABLES),
          new TableWay(ProductMethod.WEIGHT_TABLES),
          new TableWay(ProductMethod.SINGLE));

  private final ProductMethod method;

  private TableWay(ProductMethod method) {
    this.method = method;
  }

  @Override
  public ProductMethod method() {
    return method;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    String misfit = misfit(task);
    if (!misfit.isEmpty()) {
      return Estimate.impossible(misfit);
    }
    return TableCost.of(task, method).estimate();
  }

  private String misfit(ProductTask task) {
    if (task.kind() == ProductTask.Kind.DEPTHWISE) {
      return "one input channel for each group";
    }
    boolean isConv = task.kind() != ProductTask.Kind.MATMUL;
    if (task.kind() == ProductTask.Kind.CONV_TRANSPOSE || (isConv && !task.isConstant())) {
      return "weights that are computed, or transposed";
    }
    String misfit = ProductRows.misfit(task);
    if (!misfit.isEmpty()) {
      return misfit;
    }
    if (task.kind() == ProductTask.Kind.CONV
        && !LookupConvolution.fits(ConvGeometry.of(task.step()))) {
      return "too large an input for 32-bit positions";
    }
    return method == ProductMethod.WEIGHT_TABLES && task.tables().distinct().size() > 1
        ? "several tables of products"
        : "";
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    ProductRows lookup = LookupKernel.lookup(task, method, binding);
    return task.kind() == ProductTask.Kind.MATMUL
        ? new LookupMatMul(task, method, lookup, binding)
        : new LookupConvolution(task, method, lookup, binding);
  }
}
