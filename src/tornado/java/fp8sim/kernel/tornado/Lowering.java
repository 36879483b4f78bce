package fp8sim.kernel.tornado;

import fp8sim.Fp8simException;
import fp8sim.UserOption;
import fp8sim.graph.AveragePool;
import fp8sim.graph.BatchNormalization;
import fp8sim.graph.Binary;
import fp8sim.graph.Clip;
import fp8sim.graph.Concat;
import fp8sim.graph.Conv;
import fp8sim.graph.ConvTranspose;
import fp8sim.graph.FakeQuantize;
import fp8sim.graph.Gather;
import fp8sim.graph.Gemm;
import fp8sim.graph.GlobalPool;
import fp8sim.graph.GroupNormalization;
import fp8sim.graph.Identity;
import fp8sim.graph.InstanceNormalization;
import fp8sim.graph.LayerNormalization;
import fp8sim.graph.MatMul;
import fp8sim.graph.MaxPool;
import fp8sim.graph.Reduce;
import fp8sim.graph.RmsNormalization;
import fp8sim.graph.Slice;
import fp8sim.graph.Softmax;
import fp8sim.graph.Split;
import fp8sim.graph.Transpose;
import fp8sim.graph.Unary;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Plan;
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
      String reason = DeviceSupport.problem(step, quantizers);
      if (reason.isEmpty()) {
        add(step);
      } else {
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

  private void add(Step step) {
    switch (step.op()) {
      case Conv op when step.arithmetic() != null ->
          approximate.convolution(step, op, step.arithmetic());
      case Gemm op when step.arithmetic() != null -> approximate.gemm(step, op, step.arithmetic());
      case MatMul op when step.arithmetic() != null ->
          approximate.matMul(step, op, step.arithmetic());
      case ConvTranspose op when step.arithmetic() != null ->
          approximate.transposedConvolution(step, op, step.arithmetic());
      case Conv op -> products.convolution(step, op);
      case ConvTranspose op -> products.transposedConvolution(step, op);
      case Gemm op -> products.gemm(step, op);
      case MatMul op -> products.matMul(step, op);
      case Unary op -> elements.unary(step, op);
      case Identity _ -> elements.copy(step);
      case Clip _ -> elements.clip(step);
      case Binary op -> elements.binary(step, op);
      case FakeQuantize op -> elements.fakeQuantize(step, op);
      case BatchNormalization op -> elements.batchNormalization(step, op);
      case MaxPool op -> rows.maxPool(step, op);
      case AveragePool op -> rows.averagePool(step, op);
      case GlobalPool op -> rows.globalPool(step, op);
      case Reduce op -> rows.reduce(step, op);
      case Softmax op -> rows.softmax(step, op);
      case LayerNormalization op -> rows.layerNormalization(step, op.axis(), op.epsilon(), true);
      case RmsNormalization op -> rows.layerNormalization(step, op.axis(), op.epsilon(), false);
      case InstanceNormalization op ->
          rows.channelNormalization(step, step.input(0).shape().dim(1), op.epsilon());
      case GroupNormalization op -> rows.channelNormalization(step, op.groups(), op.epsilon());
      case Transpose op -> movement.transpose(step, op);
      case Concat op -> movement.concat(step, op);
      case Split op -> movement.split(step, op);
      case Slice _ -> movement.slice(step);
      case Gather op -> movement.gather(step, op);
      default -> throw new IllegalStateException(step.describe());
    }
  }
}
