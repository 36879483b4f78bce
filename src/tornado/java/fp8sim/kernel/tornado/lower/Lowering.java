package fp8sim.kernel.tornado.lower;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.graph.Op;
import fp8sim.kernel.tornado.device.DeviceProgram;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Plan;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.quant.QuantizerTable;
import java.util.ArrayList;
import java.util.List;

/** Turns plans into programs for devices, or says all that devices cannot do. */
public final class Lowering {
  private final Plan plan;
  private final QuantizerTable quantizers;
  private final ProgramBuilder program;
  private final ProductLowering products;
  private final ApproximateLowering approximate;
  private final ElementLowering elements;
  private final MovementLowering movement;
  private final RowLowering rows;
  private final List<String> unsupported = new ArrayList<>();

  private Lowering(Plan plan, QuantizerTable quantizers) {
    this.plan = plan;
    this.quantizers = quantizers;
    program = new ProgramBuilder(plan);
    EpilogueLowering epilogues = new EpilogueLowering(program, quantizers);
    products = new ProductLowering(program, epilogues);
    approximate = new ApproximateLowering(program, epilogues, products);
    elements = new ElementLowering(program, epilogues);
    movement = new MovementLowering(program, epilogues);
    rows = new RowLowering(program, epilogues);
  }

  /**
   * The program of a plan.
   *
   * @throws Fp8simException (usage) if some steps cannot run on devices: it names all
   */
  public static DeviceProgram lower(Plan plan, QuantizerTable quantizers) {
    if (plan.floatMath() != FloatMath.SEPARATE) {
      throw Fp8simException.usage(
          "backend tornado multiplies, then adds: use " + UserOption.FLOAT_MATH.with("separate"));
    }
    return new Lowering(plan, quantizers).lower();
  }

  private DeviceProgram lower() {
    for (Step step : plan.steps()) {
      String reason = lower(step);
      if (!reason.isEmpty()) {
        unsupported.add(step.describe() + " (" + reason + ")");
      }
    }
    if (!unsupported.isEmpty()) {
      throw Fp8simException.usage(
          "%s: backend tornado has no kernel for %s; use %s"
              .formatted(
                  plan.model(), String.join(", ", unsupported), UserOption.BACKEND.with("cpu")));
    }
    return program.build(plan);
  }

  /** Lowers a step, or says in a few words why devices cannot run it; empty if it is lowered. */
  private String lower(Step step) {
    String reason = DeviceSupport.anyOperator(step, quantizers);
    if (!reason.isEmpty()) {
      return reason;
    }
    return switch (step.op()) {
      case Op.Conv op -> unless(DeviceSupport.convolution(step, op), () -> convolution(step, op));
      case Op.ConvTranspose op ->
          unless(
              DeviceSupport.transposedConvolution(step, op), () -> transposedConvolution(step, op));
      case Op.Gemm op -> unless(DeviceSupport.gemm(step), () -> gemm(step, op));
      case Op.MatMul op -> unless("", () -> matMul(step, op));
      case Op.Unary op -> unless(DeviceSupport.unary(step, op), () -> elements.unary(step, op));
      case Op.Identity _ -> unless(DeviceSupport.computedInput(step), () -> elements.copy(step));
      case Op.Clip _ -> unless(DeviceSupport.parameters(step), () -> elements.clip(step));
      case Op.Binary op -> unless(DeviceSupport.binary(step, op), () -> elements.binary(step, op));
      case Op.FakeQuantize op ->
          unless(
              DeviceSupport.fakeQuantize(step, op, quantizers),
              () -> elements.fakeQuantize(step, op));
      case Op.BatchNormalization op ->
          unless(DeviceSupport.parameters(step), () -> elements.batchNormalization(step, op));
      case Op.MaxPool op -> unless(DeviceSupport.maxPool(step), () -> rows.maxPool(step, op));
      case Op.AveragePool op ->
          unless(DeviceSupport.window(step), () -> rows.averagePool(step, op));
      case Op.GlobalPool op ->
          unless(DeviceSupport.computedInput(step), () -> rows.globalPool(step, op));
      case Op.Reduce op -> unless(RowLowering.problem(step, op), () -> rows.reduce(step, op));
      case Op.Softmax op -> unless(DeviceSupport.computedInput(step), () -> rows.softmax(step, op));
      case Op.LayerNormalization op ->
          unless(
              DeviceSupport.parameters(step),
              () -> rows.layerNormalization(step, op.axis(), op.epsilon(), true));
      case Op.RmsNormalization op ->
          unless(
              DeviceSupport.parameters(step),
              () -> rows.layerNormalization(step, op.axis(), op.epsilon(), false));
      case Op.InstanceNormalization op ->
          unless(
              DeviceSupport.parameters(step),
              () -> rows.channelNormalization(step, step.input(0).shape().dim(1), op.epsilon()));
      case Op.GroupNormalization op ->
          unless(
              DeviceSupport.parameters(step),
              () -> rows.channelNormalization(step, op.groups(), op.epsilon()));
      case Op.Transpose op ->
          unless(DeviceSupport.computedInput(step), () -> movement.transpose(step, op));
      case Op.Concat op -> unless(DeviceSupport.ALWAYS, () -> movement.concat(step, op));
      case Op.Split op -> unless(DeviceSupport.parameters(step), () -> movement.split(step, op));
      case Op.Slice _ -> unless(DeviceSupport.parameters(step), () -> movement.slice(step));
      case Op.Gather op -> unless(DeviceSupport.gather(step), () -> movement.gather(step, op));
      case Op.AffineGrid _,
          Op.ArgExtremum _,
          Op.Attention _,
          Op.BitCast _,
          Op.Cast _,
          Op.CenterCropPad _,
          Op.Col2Im _,
          Op.CastLike _,
          Op.Composite _,
          Op.ConstantOfShape _,
          Op.CumProd _,
          Op.CumSum _,
          Op.DeformPatches _,
          Op.DepthToSpace _,
          Op.DequantizeLinear _,
          Op.DynamicQuantizeLinear _,
          Op.Det _,
          Op.Einsum _,
          Op.Expand _,
          Op.EyeLike _,
          Op.Flatten _,
          Op.GatherElements _,
          Op.GatherND _,
          Op.GridSample _,
          Op.Hardmax _,
          Op.If _,
          Op.Loop _,
          Op.LinearAttention _,
          Op.LpNormalization _,
          Op.LpPool _,
          Op.Lrn _,
          Op.MaxRoiPool _,
          Op.MaxUnpool _,
          Op.OneHot _,
          Op.NonZero _,
          Op.Pad _,
          Op.QuantizeLinear _,
          Op.Range _,
          Op.Recurrence _,
          Op.Reshape _,
          Op.Resize _,
          Op.ReverseSequence _,
          Op.RoiAlign _,
          Op.ScatterElements _,
          Op.Scan _,
          Op.ScatterND _,
          Op.ShapeOf _,
          Op.Size _,
          Op.SpaceToDepth _,
          Op.Squeeze _,
          Op.Tile _,
          Op.TopK _,
          Op.Trilu _,
          Op.Unsqueeze _,
          Op.Where _ ->
          "operator";
    };
  }

  /** Lowers a step unless there is a reason not to, which it returns. */
  private static String unless(String reason, Runnable lowering) {
    if (reason.isEmpty()) {
      lowering.run();
    }
    return reason;
  }

  private void convolution(Step step, Op.Conv op) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic == null) {
      products.convolution(step, op);
    } else {
      approximate.convolution(step, op, arithmetic);
    }
  }

  private void transposedConvolution(Step step, Op.ConvTranspose op) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic == null) {
      products.transposedConvolution(step, op);
    } else {
      approximate.transposedConvolution(step, op, arithmetic);
    }
  }

  private void gemm(Step step, Op.Gemm op) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic == null) {
      products.gemm(step, op);
    } else {
      approximate.gemm(step, op, arithmetic);
    }
  }

  private void matMul(Step step, Op.MatMul op) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic == null) {
      products.matMul(step, op);
    } else {
      approximate.matMul(step, op, arithmetic);
    }
  }
}
