package fp8sim.kernel.simd.register;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import fp8sim.kernel.simd.conv.ConvGeometry;
import fp8sim.kernel.simd.product.Estimate;
import fp8sim.kernel.simd.product.IntegerTables;
import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.product.ProductWay;
import fp8sim.multiplier.sum.Accumulator;

/** Whole tables of products in registers, as digits that lanes look up by their codes. */
public final class RegisterWay implements ProductWay {
  /** For an instruction on 64 lanes: measured on an Intel core with AVX-512 VBMI. */
  private static final double NANOSECONDS = 0.27;

  /** Where the processor does not look bytes up, vectors are objects. */
  private static final double SLOWLY = 1000;

  /** So many terms' digits have sums of 31 bits. */
  private static final int MOST_TERMS = 1 << 15;

  /** Instructions to copy or encode a vector of lanes. */
  private static final double PACKING = 12;

  @Override
  public ProductMethod method() {
    return ProductMethod.REGISTERS;
  }

  @Override
  public Estimate estimate(ProductTask task, Machine machine) {
    String misfit = misfit(task);
    if (!misfit.isEmpty()) {
      return Estimate.impossible(misfit);
    }
    boolean isConv = task.kind() == ProductTask.Kind.CONV;
    int tables = IntegerTables.of(task).count();
    if (tables > (isConv ? ProductIntegers.MOST_TABLES : 1)) {
      return Estimate.impossible("%d different tables".formatted(tables));
    }
    RegisterPlan plan = RegisterPlan.of(task);
    ProductIntegers products = plan.products();
    LaneClasses classes = plan.classes();
    if (classes.registers() > 4) {
      return Estimate.impossible("no class of 256 is left for padding");
    }
    Digits digits = DigitTables.digits(products, classes);
    if (!RegisterSums.fits(products.bits(), digits, (int) task.terms())) {
      return Estimate.impossible("sums of too many bits");
    }
    double nanoseconds = nanoseconds(task, isConv, digits.cost(DigitTables.lookup(classes)));
    return Estimate.of(
        machine.byteLookup() ? nanoseconds : SLOWLY * nanoseconds,
        "%d digits for %d bits of %d classes%s"
            .formatted(
                digits.count(),
                products.bits(),
                classes.count(),
                classes.signed() ? " with signs" : ""));
  }

  private static String misfit(ProductTask task) {
    if (!task.arithmetic().accumulator().equals(Accumulator.EXACT)) {
      return "sums are not exact";
    }
    boolean isConv = task.kind() == ProductTask.Kind.CONV;
    if (!isConv && task.kind() != ProductTask.Kind.MATMUL) {
      return "depthwise or transposed";
    }
    if (isConv && !(task.isConstant() && fits(ConvGeometry.of(task.step())))) {
      return "weights that are computed, or too large an input";
    }
    if (task.terms() > MOST_TERMS || rowTerms(task) > Integer.MAX_VALUE) {
      return "too many terms";
    }
    return task.hasTables() ? ProductIntegers.misfit(task.tables()) : "codes too wide for tables";
  }

  private static boolean fits(ConvGeometry g) {
    return (double) g.batch() * g.inputChannels() * g.paddedPlane() < Integer.MAX_VALUE;
  }

  /** Offsets of the operand that selects tables, in bytes. */
  private static double rowTerms(ProductTask task) {
    double rows = task.kind() == ProductTask.Kind.CONV ? task.channels() : task.positions();
    return task.products() * (rows + ByteLookups.ROWS) * task.terms() * Integer.BYTES;
  }

  private static double nanoseconds(ProductTask task, boolean isConv, double instructions) {
    long rows = isConv ? task.channels() : task.positions();
    long lanes = isConv ? task.positions() : task.channels();
    double rowGroups = Math.ceilDiv(rows, ByteLookups.ROWS) * (double) ByteLookups.ROWS;
    double vectors = (double) task.products() * Math.ceilDiv(lanes, ByteLookups.LANES);
    boolean packs = isConv || !task.isConstant();
    double each = instructions * rowGroups + (packs ? PACKING : 0);
    return NANOSECONDS * vectors * task.terms() * each;
  }

  @Override
  public Executable bind(ProductTask task, Binding binding) {
    return task.kind() == ProductTask.Kind.CONV
        ? new RegisterConvolution(task, binding)
        : new RegisterMatMul(task, binding);
  }
}
