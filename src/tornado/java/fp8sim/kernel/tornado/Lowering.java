package fp8sim.kernel.tornado;

import fp8sim.Fp8simException;
import fp8sim.UserOption;
import fp8sim.graph.ArgExtremum;
import fp8sim.graph.Attention;
import fp8sim.graph.AveragePool;
import fp8sim.graph.BatchNormalization;
import fp8sim.graph.Binary;
import fp8sim.graph.Cast;
import fp8sim.graph.Clip;
import fp8sim.graph.Concat;
import fp8sim.graph.ConstantOfShape;
import fp8sim.graph.Conv;
import fp8sim.graph.ConvTranspose;
import fp8sim.graph.CumSum;
import fp8sim.graph.DepthToSpace;
import fp8sim.graph.DequantizeLinear;
import fp8sim.graph.Einsum;
import fp8sim.graph.Expand;
import fp8sim.graph.FakeQuantize;
import fp8sim.graph.Flatten;
import fp8sim.graph.Gather;
import fp8sim.graph.GatherElements;
import fp8sim.graph.GatherND;
import fp8sim.graph.Gemm;
import fp8sim.graph.GlobalPool;
import fp8sim.graph.GroupNormalization;
import fp8sim.graph.Identity;
import fp8sim.graph.If;
import fp8sim.graph.InstanceNormalization;
import fp8sim.graph.LayerNormalization;
import fp8sim.graph.LpNormalization;
import fp8sim.graph.Lrn;
import fp8sim.graph.MatMul;
import fp8sim.graph.MaxPool;
import fp8sim.graph.Pad;
import fp8sim.graph.QuantizeLinear;
import fp8sim.graph.Range;
import fp8sim.graph.Reduce;
import fp8sim.graph.Reshape;
import fp8sim.graph.Resize;
import fp8sim.graph.RmsNormalization;
import fp8sim.graph.ScatterND;
import fp8sim.graph.ShapeOf;
import fp8sim.graph.Size;
import fp8sim.graph.Slice;
import fp8sim.graph.Softmax;
import fp8sim.graph.SpaceToDepth;
import fp8sim.graph.Split;
import fp8sim.graph.Squeeze;
import fp8sim.graph.Tile;
import fp8sim.graph.Transpose;
import fp8sim.graph.Trilu;
import fp8sim.graph.Unary;
import fp8sim.graph.Unsqueeze;
import fp8sim.graph.Where;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Plan;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.quant.QuantizerTable;
import java.util.ArrayList;
import java.util.List;

/** Turns plans into programs for devices, or says all that devices cannot do. */
final class Lowering {
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
  static DeviceProgram lower(Plan plan, QuantizerTable quantizers) {
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
      case Conv op -> unless(DeviceSupport.convolution(step, op), () -> convolution(step, op));
      case ConvTranspose op ->
          unless(
              DeviceSupport.transposedConvolution(step, op), () -> transposedConvolution(step, op));
      case Gemm op -> unless(DeviceSupport.gemm(step), () -> gemm(step, op));
      case MatMul op -> unless("", () -> matMul(step, op));
      case Unary op -> unless(DeviceSupport.unary(step, op), () -> elements.unary(step, op));
      case Identity _ -> unless(DeviceSupport.computedInput(step), () -> elements.copy(step));
      case Clip _ -> unless(DeviceSupport.parameters(step), () -> elements.clip(step));
      case Binary op -> unless(DeviceSupport.binary(step, op), () -> elements.binary(step, op));
      case FakeQuantize op ->
          unless(
              DeviceSupport.fakeQuantize(step, op, quantizers),
              () -> elements.fakeQuantize(step, op));
      case BatchNormalization op ->
          unless(DeviceSupport.parameters(step), () -> elements.batchNormalization(step, op));
      case MaxPool op -> unless(DeviceSupport.maxPool(step), () -> rows.maxPool(step, op));
      case AveragePool op -> unless(DeviceSupport.window(step), () -> rows.averagePool(step, op));
      case GlobalPool op ->
          unless(DeviceSupport.computedInput(step), () -> rows.globalPool(step, op));
      case Reduce op -> unless(RowLowering.problem(step, op), () -> rows.reduce(step, op));
      case Softmax op -> unless(DeviceSupport.computedInput(step), () -> rows.softmax(step, op));
      case LayerNormalization op ->
          unless(
              DeviceSupport.parameters(step),
              () -> rows.layerNormalization(step, op.axis(), op.epsilon(), true));
      case RmsNormalization op ->
          unless(
              DeviceSupport.parameters(step),
              () -> rows.layerNormalization(step, op.axis(), op.epsilon(), false));
      case InstanceNormalization op ->
          unless(
              DeviceSupport.parameters(step),
              () -> rows.channelNormalization(step, step.input(0).shape().dim(1), op.epsilon()));
      case GroupNormalization op ->
          unless(
              DeviceSupport.parameters(step),
              () -> rows.channelNormalization(step, op.groups(), op.epsilon()));
      case Transpose op ->
          unless(DeviceSupport.computedInput(step), () -> movement.transpose(step, op));
      case Concat op -> unless("", () -> movement.concat(step, op));
      case Split op -> unless(DeviceSupport.parameters(step), () -> movement.split(step, op));
      case Slice _ -> unless(DeviceSupport.parameters(step), () -> movement.slice(step));
      case Gather op -> unless(DeviceSupport.gather(step), () -> movement.gather(step, op));
      case ArgExtremum _,
          Attention _,
          Cast _,
          ConstantOfShape _,
          CumSum _,
          DepthToSpace _,
          DequantizeLinear _,
          Einsum _,
          Expand _,
          Flatten _,
          GatherElements _,
          GatherND _,
          If _,
          LpNormalization _,
          Lrn _,
          Pad _,
          QuantizeLinear _,
          Range _,
          Reshape _,
          Resize _,
          ScatterND _,
          ShapeOf _,
          Size _,
          SpaceToDepth _,
          Squeeze _,
          Tile _,
          Trilu _,
          Unsqueeze _,
          Where _ ->
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

  private void convolution(Step step, Conv op) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic == null) {
      products.convolution(step, op);
    } else {
      approximate.convolution(step, op, arithmetic);
    }
  }

  private void transposedConvolution(Step step, ConvTranspose op) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic == null) {
      products.transposedConvolution(step, op);
    } else {
      approximate.transposedConvolution(step, op, arithmetic);
    }
  }

  private void gemm(Step step, Gemm op) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic == null) {
      products.gemm(step, op);
    } else {
      approximate.gemm(step, op, arithmetic);
    }
  }

  private void matMul(Step step, MatMul op) {
    ProductArithmetic arithmetic = step.arithmetic();
    if (arithmetic == null) {
      products.matMul(step, op);
    } else {
      approximate.matMul(step, op, arithmetic);
    }
  }
}
