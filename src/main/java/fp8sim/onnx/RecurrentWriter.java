package fp8sim.onnx;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.RecurrentActivation;
import fp8sim.graph.RecurrentCell;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * LSTM, GRU and RNN of one direction. The product of inputs and W is a layer in front of the node,
 * which reads its results: its own W is an identity matrix, which changes no number.
 */
final class RecurrentWriter {
  private final ExportContext context;
  private final Node node;
  private final Op.Recurrence op;
  private final DataType type;
  private final int hidden;
  private final int rows;

  private RecurrentWriter(ExportContext context, Node node, Op.Recurrence op) {
    this.context = context;
    this.node = node;
    this.op = op;
    DataType known = context.elementType(node.input(Op.Recurrence.GATES));
    this.type = known == null ? DataType.FLOAT : known;
    this.hidden =
        op.hiddenSize() > 0
            ? op.hiddenSize()
            : context.requireShape(node, node.input(Op.Recurrence.R)).dim(1);
    this.rows = op.cell().gates() * hidden;
  }

  static void write(ExportContext context, Node node, Op.Recurrence op) {
    new RecurrentWriter(context, node, op).write();
  }

  private void write() {
    List<String> inputs = new ArrayList<>();
    inputs.add(node.input(Op.Recurrence.GATES));
    inputs.add(directed("W", identity()));
    inputs.add(directed("R", node.input(Op.Recurrence.R)));
    inputs.add(node.hasInput(Op.Recurrence.BIAS) ? directed("B", bias()) : "");
    inputs.add(node.hasInput(Op.Recurrence.LENGTHS) ? node.input(Op.Recurrence.LENGTHS) : "");
    for (int i = Op.Recurrence.H; i <= Op.Recurrence.P; i++) {
      inputs.add(node.hasInput(i) ? directed("input_" + i, node.input(i)) : "");
    }
    List<String> outputs = new ArrayList<>();
    List<NodeDraft> squeezes = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      String output = node.outputs().get(i);
      String directed = output.isEmpty() ? "" : context.fresh(output + "/directed");
      outputs.add(directed);
      if (!output.isEmpty()) {
        List<String> from = List.of(directed, axis(i == 0 ? 1 : 0));
        squeezes.add(new NodeDraft("Squeeze", output, from, List.of(output)));
      }
    }
    NodeDraft draft = new NodeDraft(op.onnxName(), node.name(), inputs, outputs);
    draft.integer("hidden_size", hidden).string("direction", op.reverse() ? "reverse" : "forward");
    activations(draft);
    if (Float.isFinite(op.clip())) {
      draft.number("clip", op.clip());
    }
    if (op.cell() == RecurrentCell.LSTM) {
      draft.flag("input_forget", op.inputForget());
    }
    if (op.cell() == RecurrentCell.GRU) {
      draft.flag("linear_before_reset", op.linearBeforeReset());
    }
    context.add(draft);
    squeezes.forEach(context::add);
  }

  /** A value with an axis of directions in front. */
  private String directed(String role, String value) {
    return helper(role, "Unsqueeze", value, axis(0));
  }

  private String identity() {
    String shape = context.constant(name("size"), Tensor.ofLongs(Shape.of(2), rows, rows));
    String zeros = helper("zeros", "ConstantOfShape", shape);
    String identity = context.fresh(name("identity"));
    context.add(
        new NodeDraft("EyeLike", identity, List.of(zeros), List.of(identity))
            .integer("dtype", type.onnxCode()));
    return identity;
  }

  /** The bias of W, which is added already, is zero. */
  private String bias() {
    Tensor none = Conversion.convert(Tensor.zeros(DataType.FLOAT, Shape.of(rows)), type);
    String ofW = context.constant(name("bias_of_W"), none);
    String both = context.fresh(name("bias"));
    List<String> halves = List.of(ofW, node.input(Op.Recurrence.BIAS));
    context.add(new NodeDraft("Concat", both, halves, List.of(both)).integer("axis", 0));
    return both;
  }

  private String axis(int axis) {
    return context.constant(name("axis"), Tensor.ofLongs(Shape.of(1), axis));
  }

  private String helper(String role, String operator, String... inputs) {
    String output = context.fresh(name(role));
    context.add(new NodeDraft(operator, output, List.of(inputs), List.of(output)));
    return output;
  }

  private String name(String role) {
    return node.outputs().stream().filter(output -> !output.isEmpty()).findFirst().orElse("")
        + "/"
        + role;
  }

  private void activations(NodeDraft draft) {
    List<String> names = new ArrayList<>();
    List<Float> alphas = new ArrayList<>();
    List<Float> betas = new ArrayList<>();
    for (RecurrentActivation activation : op.activations()) {
      Op.Unary function = activation.function();
      if (function == null) {
        names.add("Affine");
        alphas.add(activation.outer());
        betas.add(activation.shift());
      } else if (activation.outer() != 1 || activation.inner() != 1) {
        names.add("ScaledTanh");
        alphas.add(activation.outer());
        betas.add(activation.inner());
      } else {
        names.add(function.onnxName());
        switch (function.function()) {
          case ELU, LEAKY_RELU, THRESHOLDED_RELU -> alphas.add(function.alpha());
          case HARD_SIGMOID -> {
            alphas.add(function.alpha());
            betas.add(function.beta());
          }
          default -> {}
        }
      }
    }
    draft
        .strings("activations", names)
        .numbers("activation_alpha", alphas)
        .numbers("activation_beta", betas);
  }
}
