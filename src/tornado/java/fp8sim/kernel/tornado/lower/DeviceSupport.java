package fp8sim.kernel.tornado.lower;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.ScalarQuantizer;
import fp8sim.graph.Op;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.plan.WindowGeometry;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Why steps have no kernel, in a few words; empty texts for those that have one. {@link Lowering}
 * asks before it lowers a step.
 */
final class DeviceSupport {
  /** Each index is a kernel call. */
  private static final int MOST_INDICES = 16;

  /** For operators that devices run whatever their operands are. */
  static final String ALWAYS = "";

  private static final String COMPUTED = "computed parameters";

  private DeviceSupport() {}

  /** Why no step of this kind can run on a device, whatever its operator is; empty if it can. */
  static String anyOperator(Step step, QuantizerTable quantizers) {
    if (step.output().dataType() != DataType.FLOAT || step.input(0).dataType() != DataType.FLOAT) {
      return "not float32";
    }
    for (Epilogue epilogue : step.epilogue()) {
      if (epilogue instanceof Epilogue.Activation activation && !has(activation.unary())) {
        return "fused " + activation.unary().onnxName();
      }
      if (epilogue instanceof Epilogue.Residual residual
          && residual.other() instanceof Operand.Constant) {
        return "a constant residual";
      }
      if (epilogue instanceof Epilogue.FakeQuantize quantize) {
        String reason = quantizer(quantizers, quantize.quantizer());
        if (!reason.isEmpty()) {
          return reason;
        }
      }
    }
    ProductArithmetic arithmetic = step.arithmetic();
    return arithmetic == null ? "" : approximate(step, arithmetic);
  }

  static String gemm(Step step) {
    return constantOrAbsent(step.optionalInput(2)) ? "" : COMPUTED;
  }

  static String unary(Step step, Op.Unary op) {
    return has(op) ? computedInput(step) : "function";
  }

  static String fakeQuantize(Step step, Op.FakeQuantize op, QuantizerTable quantizers) {
    if (op.keepsMasked()) {
      return "quantized scores behind a mask";
    }
    String reason = quantizer(quantizers, op.quantizer());
    return reason.isEmpty() ? computedInput(step) : reason;
  }

  static String maxPool(Step step) {
    return step.outputs().size() > 1 ? "indices" : window(step);
  }

  static String gather(Step step) {
    return step.input(1).shape().elements() > MOST_INDICES ? "many indices" : parameters(step);
  }

  private static String quantizer(QuantizerTable quantizers, QuantizerId id) {
    return switch (quantizers.get(id).quantizer()) {
      case BlockQuantizer blocks -> "blocks of " + blocks.format().name();
      case ScalarQuantizer scalar -> StochasticLowering.problem(scalar);
    };
  }

  private static boolean has(Op.Unary unary) {
    return EpilogueLowering.function(unary.function()) >= 0;
  }

  /** For operators whose first operand must be computed. */
  static String computedInput(Step step) {
    return step.input(0) instanceof Operand.Slot ? "" : "constant input";
  }

  private static boolean constantOrAbsent(@Nullable Operand operand) {
    return operand == null || operand instanceof Operand.Constant;
  }

  /** For operators whose other operands must be constant. */
  static String parameters(Step step) {
    for (int i = 1; i < step.inputs().size(); i++) {
      if (!constantOrAbsent(step.optionalInput(i))) {
        return COMPUTED;
      }
    }
    return computedInput(step);
  }

  /** For operators that slide a window. */
  static String window(Step step) {
    return WindowGeometry.isPlanar(step.input(0).shape())
        ? computedInput(step)
        : "more than two dimensions";
  }

  private static String approximate(Step step, ProductArithmetic arithmetic) {
    if (!(step.input(0) instanceof Operand.Slot)
        || (!isMatrix(step) && !(step.input(1) instanceof Operand.Constant))) {
      return COMPUTED;
    }
    Shape right = step.input(1).shape();
    if (isMatrix(step) && step.input(1) instanceof Operand.Constant && right.rank() > 2) {
      return "several constant matrices";
    }
    int terms =
        switch (step.op()) {
          case Op.Gemm op -> right.dim(op.transB() ? 1 : 0);
          case Op.MatMul _ -> step.input(0).shape().dim(-1);
          case Op.ConvTranspose _ -> right.elements() / right.dim(1);
          default -> right.elements(1, right.rank());
        };
    return arithmetic.isBlocked() ? "products in blocks" : StepProducts.problem(arithmetic, terms);
  }

  private static boolean isMatrix(Step step) {
    return step.op() instanceof Op.Gemm || step.op() instanceof Op.MatMul;
  }

  static String transposedConvolution(Step step, Op.ConvTranspose op) {
    if (!constantOrAbsent(step.optionalInput(2)) || !(step.input(1) instanceof Operand.Constant)) {
      return COMPUTED;
    }
    return op.group() > 1 ? "groups" : window(step);
  }

  static String convolution(Step step, Op.Conv op) {
    if (!constantOrAbsent(step.optionalInput(2))
        || (op.group() > 1 && !constantOrAbsent(step.input(1)))) {
      return COMPUTED;
    }
    return window(step);
  }

  static String binary(Step step, Op.Binary op) {
    if (ElementLowering.function(op.function()) < 0) {
      return "function";
    }
    return step.input(0) instanceof Operand.Constant && step.input(1) instanceof Operand.Constant
        ? "constant input"
        : "";
  }
}
