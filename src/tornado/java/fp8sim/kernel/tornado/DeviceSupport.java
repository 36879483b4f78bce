package fp8sim.kernel.tornado;

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
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.plan.WindowGeometry;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Which steps have a kernel, and why others have none. */
final class DeviceSupport {
  /** Each index is a kernel call. */
  private static final int MOST_INDICES = 16;

  private static final String COMPUTED = "computed parameters";

  private DeviceSupport() {}

  /** Why a step cannot run on a device, in a few words; empty if it can. */
  static String problem(Step step, QuantizerTable quantizers) {
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
    if (arithmetic != null) {
      String reason = approximate(step, arithmetic);
      if (!reason.isEmpty()) {
        return reason;
      }
    }
    return switch (step.op()) {
      case Conv op -> convolution(step, op);
      case ConvTranspose op -> transposedConvolution(step, op);
      case Gemm _ -> constantOrAbsent(step.optionalInput(2)) ? "" : COMPUTED;
      case MatMul _ -> "";
      case Unary op -> has(op) ? computedInput(step) : "function";
      case FakeQuantize op when op.keepsMasked() -> "quantized scores behind a mask";
      case FakeQuantize op when !quantizer(quantizers, op.quantizer()).isEmpty() ->
          quantizer(quantizers, op.quantizer());
      case Identity _, FakeQuantize _, Transpose _ -> computedInput(step);
      case Clip _, BatchNormalization _ -> parameters(step);
      case Binary op -> binary(step, op);
      case MaxPool _ -> step.outputs().size() > 1 ? "indices" : window(step);
      case AveragePool _ -> window(step);
      case GlobalPool _ -> computedInput(step);
      case Reduce op -> RowLowering.problem(step, op);
      case Softmax _ -> computedInput(step);
      case LayerNormalization _,
          RmsNormalization _,
          InstanceNormalization _,
          GroupNormalization _ ->
          parameters(step);
      case Concat _ -> "";
      case Gather _ when step.input(1).shape().elements() > MOST_INDICES -> "many indices";
      case Split _, Slice _, Gather _ -> parameters(step);
      default -> "operator";
    };
  }

  private static String quantizer(QuantizerTable quantizers, String name) {
    return StochasticLowering.problem(quantizers.get(name).quantizer());
  }

  private static boolean has(Unary unary) {
    return EpilogueLowering.function(unary.function()) >= 0;
  }

  private static String computedInput(Step step) {
    return step.input(0) instanceof Operand.Slot ? "" : "constant input";
  }

  private static boolean constantOrAbsent(@Nullable Operand operand) {
    return operand == null || operand instanceof Operand.Constant;
  }

  private static String parameters(Step step) {
    for (int i = 1; i < step.inputs().size(); i++) {
      if (!constantOrAbsent(step.optionalInput(i))) {
        return COMPUTED;
      }
    }
    return computedInput(step);
  }

  private static String window(Step step) {
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
          case Gemm op -> right.dim(op.transB() ? 1 : 0);
          case MatMul _ -> step.input(0).shape().dim(-1);
          case ConvTranspose _ -> right.elements() / right.dim(1);
          default -> right.elements(1, right.rank());
        };
    return StepProducts.problem(arithmetic, terms);
  }

  private static boolean isMatrix(Step step) {
    return step.op() instanceof Gemm || step.op() instanceof MatMul;
  }

  private static String transposedConvolution(Step step, ConvTranspose op) {
    if (!constantOrAbsent(step.optionalInput(2)) || !(step.input(1) instanceof Operand.Constant)) {
      return COMPUTED;
    }
    return op.group() > 1 ? "groups" : window(step);
  }

  private static String convolution(Step step, Conv op) {
    if (!constantOrAbsent(step.optionalInput(2))
        || (op.group() > 1 && !constantOrAbsent(step.input(1)))) {
      return COMPUTED;
    }
    return window(step);
  }

  private static String binary(Step step, Binary op) {
    if (ElementLowering.function(op.function()) < 0) {
      return "function";
    }
    return step.input(0) instanceof Operand.Constant && step.input(1) instanceof Operand.Constant
        ? "constant input"
        : "";
  }
}
