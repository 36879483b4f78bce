package fp8sim.onnx;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Functions of every element. */
final class ElementwiseWriter {
  private final ExportContext context;

  ElementwiseWriter(ExportContext context) {
    this.context = context;
  }

  void binary(Node node, Op.Binary op) {
    NodeDraft draft = draft(node, op.onnxName(), node.inputs());
    switch (op.function()) {
      case MOD -> draft.flag("fmod", false);
      case FMOD -> draft.flag("fmod", true);
      case BIT_SHIFT_LEFT -> draft.string("direction", "LEFT");
      case BIT_SHIFT_RIGHT -> draft.string("direction", "RIGHT");
      default -> {}
    }
    context.add(draft);
  }

  void unary(Node node, Op.Unary op) {
    UnaryFunction function = op.function();
    switch (function) {
      case CLAMP -> clip(node, op);
      case SCALE -> {
        String factor = scalar(node, "factor", op.alpha());
        context.add(draft(node, "Mul", List.of(node.input(0), factor)));
      }
      case SILU -> silu(node);
      case GELU -> context.add(plain(node).string("approximate", "none"));
      case GELU_TANH -> context.add(plain(node).string("approximate", "tanh"));
      case CELU, ELU, LEAKY_RELU, THRESHOLDED_RELU ->
          context.add(plain(node).number("alpha", op.alpha()));
      case HARD_SIGMOID ->
          context.add(plain(node).number("alpha", op.alpha()).number("beta", op.beta()));
      case IS_INF ->
          context.add(
              plain(node)
                  .flag("detect_negative", op.alpha() != 0)
                  .flag("detect_positive", op.beta() != 0));
      case SHRINK -> context.add(plain(node).number("lambd", op.alpha()).number("bias", op.beta()));
      case SELU -> context.add(plain(node).number("alpha", op.alpha()).number("gamma", op.beta()));
      default -> context.add(plain(node));
    }
  }

  /** Read as {@code x * sigmoid(x)}, which the import recognises again. */
  private void silu(Node node) {
    String gate = context.fresh(node.output() + "/sigmoid");
    List<String> x = List.of(node.input(0));
    context.add(new NodeDraft("Sigmoid", node.name() + "/sigmoid", x, List.of(gate)));
    context.add(draft(node, "Mul", List.of(node.input(0), gate)));
  }

  private void clip(Node node, Op.Unary op) {
    List<String> inputs = new ArrayList<>(List.of(node.input(0)));
    inputs.add(scalar(node, "min", op.alpha()));
    inputs.add(scalar(node, "max", op.beta()));
    context.add(draft(node, "Clip", inputs));
  }

  private String scalar(Node node, String role, float value) {
    DataType type = context.elementType(node.input(0));
    Tensor tensor = Scalars.of(type == null ? DataType.FLOAT : type, value);
    if (tensor == null) {
      throw context.unwritable(node, "elements of type " + type);
    }
    return context.constant(node.output() + "/" + role, tensor);
  }

  private static NodeDraft plain(Node node) {
    return draft(node, node.op().onnxName(), node.inputs());
  }

  private static NodeDraft draft(Node node, String operator, List<String> inputs) {
    return new NodeDraft(operator, node.name(), inputs, node.outputs());
  }
}
