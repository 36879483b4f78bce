package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import fp8sim.format.E8M0;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Nodes of a graph to nodes of ONNX: the inverse of the import. */
final class OperatorWriter {
  private final ExportContext context;
  private final ElementwiseWriter elementwise;
  private final ShapeWriter shapes;

  OperatorWriter(ExportContext context) {
    this.context = context;
    this.elementwise = new ElementwiseWriter(context);
    this.shapes = new ShapeWriter(context);
  }

  /**
   * Adds what a node is in ONNX.
   *
   * @throws fp8sim.common.Fp8simException (input) if it has no form there
   */
  void write(Node node) {
    switch (node.op()) {
      case Op.Unary op -> elementwise.unary(node, op);
      case Op.Binary op -> elementwise.binary(node, op);
      case Op.BitCast _, Op.Cast _, Op.CastLike _ -> cast(node);
      case Op.Clip _,
          Op.Where _,
          Op.Identity _,
          Op.Einsum _,
          Op.Det _,
          Op.DynamicQuantizeLinear _,
          Op.NonZero _ ->
          plain(node);
      case Op.Conv _,
          Op.ConvTranspose _,
          Op.MaxPool _,
          Op.AveragePool _,
          Op.GlobalPool _,
          Op.Lrn _,
          Op.LpPool _ ->
          window(node);
      case Op.AffineGrid _,
          Op.Col2Im _,
          Op.DeformPatches _,
          Op.GridSample _,
          Op.MaxRoiPool _,
          Op.MaxUnpool _,
          Op.RoiAlign _ ->
          SamplingWriter.write(context, node);
      case Op.Gemm op -> gemm(node, op);
      case Op.MatMul op -> matMul(node, op);
      case Op.BatchNormalization _,
          Op.GroupNormalization _,
          Op.InstanceNormalization _,
          Op.LayerNormalization _,
          Op.LpNormalization _,
          Op.RmsNormalization _,
          Op.Softmax _ ->
          normalization(node);
      case Op.ArgExtremum _, Op.CumProd _, Op.CumSum _, Op.Hardmax _, Op.Reduce _, Op.TopK _ ->
          reduction(node);
      case Op.QuantizeLinear op -> quantize(node, op);
      case Op.DequantizeLinear op -> dequantize(node, op);
      case Op.Quant op -> quant(node, op);
      case Op.FloatQuant op -> floatQuant(node, op);
      case Op.Recurrence op -> RecurrentWriter.write(context, node, op);
      case Op.If op -> branches(node, op);
      default -> shapes.write(node);
    }
  }

  private static NodeDraft draft(Node node) {
    return new NodeDraft(node.op().onnxName(), node.name(), node.inputs(), node.outputs());
  }

  private void plain(Node node) {
    NodeDraft draft = draft(node);
    if (node.op() instanceof Op.Einsum op) {
      draft.string("equation", op.equation());
    }
    context.add(draft);
  }

  private void window(Node node) {
    boolean ofPlanes = node.op() instanceof Op.LpPool op && op.window().kernel().isEmpty();
    NodeDraft draft =
        ofPlanes
            ? new NodeDraft("GlobalLpPool", node.name(), node.inputs(), node.outputs())
            : draft(node);
    switch (node.op()) {
      case Op.Conv op -> WindowWriter.write(draft, op.window()).integer("group", op.group());
      case Op.ConvTranspose op ->
          WindowWriter.write(draft, op.window())
              .integer("group", op.group())
              .integers("output_padding", op.outputPadding())
              .integers("output_shape", op.outputShape());
      case Op.MaxPool op ->
          WindowWriter.write(draft, op.window())
              .flag("ceil_mode", op.ceilMode())
              .flag("storage_order", op.columnMajorIndices());
      case Op.AveragePool op ->
          WindowWriter.write(draft, op.window())
              .flag("ceil_mode", op.ceilMode())
              .flag("count_include_pad", op.countIncludePad());
      case Op.LpPool op -> {
        if (op.p() != Math.rint(op.p())) {
          throw context.unwritable(node, "p is " + op.p() + ", no whole number");
        }
        draft.integer("p", (long) op.p());
        if (!op.window().kernel().isEmpty()) {
          WindowWriter.write(draft, op.window()).flag("ceil_mode", op.ceilMode());
        }
      }
      case Op.Lrn op ->
          draft
              .integer("size", op.size())
              .number("alpha", op.alpha())
              .number("beta", op.beta())
              .number("bias", op.bias());
      default -> {}
    }
    context.add(draft);
  }

  private void gemm(Node node, Op.Gemm op) {
    context.add(
        draft(node)
            .number("alpha", op.alpha())
            .number("beta", op.beta())
            .flag("transA", op.transA())
            .flag("transB", op.transB()));
  }

  private void matMul(Node node, Op.MatMul op) {
    if (!op.transB()) {
      plain(node);
      return;
    }
    String b = node.input(1);
    int rank = context.requireShape(node, b).rank();
    List<Integer> perm = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      perm.add(i < rank - 2 ? i : 2 * rank - 3 - i);
    }
    String transposed = context.fresh(node.output() + "/transposed");
    context.add(
        new NodeDraft("Transpose", node.name() + "/transposed", List.of(b), List.of(transposed))
            .integers("perm", perm));
    List<String> inputs = List.of(node.input(0), transposed);
    context.add(new NodeDraft("MatMul", node.name(), inputs, node.outputs()));
  }

  private void normalization(Node node) {
    NodeDraft draft = draft(node);
    switch (node.op()) {
      case Op.BatchNormalization op -> draft.number("epsilon", op.epsilon());
      case Op.InstanceNormalization op -> draft.number("epsilon", op.epsilon());
      case Op.GroupNormalization op -> {
        if (op.perGroup()) {
          throw context.unwritable(node, "it has a scale per group, as in opsets 18 to 20 only");
        }
        draft.number("epsilon", op.epsilon()).integer("num_groups", op.groups());
      }
      case Op.LayerNormalization op ->
          draft.integer("axis", op.axis()).number("epsilon", op.epsilon());
      case Op.RmsNormalization op -> {
        context.requireOpset(23);
        draft.integer("axis", op.axis()).number("epsilon", op.epsilon());
      }
      case Op.LpNormalization op -> draft.integer("axis", op.axis()).integer("p", op.p());
      case Op.Softmax op -> {
        if (shapes.softmaxToEnd(node, op)) {
          return;
        }
        draft.integer("axis", op.axis());
      }
      default -> {}
    }
    context.add(draft);
  }

  private void reduction(Node node) {
    NodeDraft draft = draft(node);
    switch (node.op()) {
      case Op.ArgExtremum op ->
          draft
              .integer("axis", op.axis())
              .flag("keepdims", op.keepDims())
              .flag("select_last_index", op.selectLastIndex());
      case Op.CumSum op -> draft.flag("exclusive", op.exclusive()).flag("reverse", op.reverse());
      case Op.CumProd op -> {
        context.requireOpset(26);
        draft.flag("exclusive", op.exclusive()).flag("reverse", op.reverse());
      }
      case Op.Hardmax op -> draft.integer("axis", op.axis());
      case Op.TopK op -> draft.integer("axis", op.axis()).flag("largest", op.largest());
      case Op.Reduce op ->
          draft
              .flag("keepdims", op.keepDims())
              .flag("noop_with_empty_axes", op.noopWithEmptyAxes());
      default -> {}
    }
    context.add(draft);
  }

  private void cast(Node node) {
    NodeDraft draft = draft(node);
    switch (node.op()) {
      case Op.BitCast op -> {
        context.requireOpset(26);
        context.requireType(op.to());
        draft.integer("to", op.to().onnxCode());
      }
      case Op.Cast op -> {
        context.requireType(op.to());
        draft.integer("to", op.to().onnxCode()).flag("saturate", op.saturate());
        rounding(draft, op.roundMode());
      }
      case Op.CastLike op -> rounding(draft.flag("saturate", op.saturate()), op.roundMode());
      default -> {}
    }
    context.add(draft);
  }

  /** Written where it is no default, in opsets that have it. */
  private void rounding(NodeDraft draft, E8M0.RoundMode mode) {
    if (mode != E8M0.RoundMode.UP) {
      context.requireOpset(24);
      draft.string("round_mode", mode.name().toLowerCase(Locale.ROOT));
    }
  }

  private void quantize(Node node, Op.QuantizeLinear op) {
    NodeDraft draft = draft(node).integer("axis", op.axis());
    if (op.blockSize() > 0) {
      draft.integer("block_size", op.blockSize());
    }
    context.requireType(op.to());
    if (op.to().isSmallFloat()) {
      draft.flag("saturate", op.saturate());
    }
    if (!node.hasInput(2)) {
      draft.integer("output_dtype", op.to().onnxCode());
    }
    if (op.precision() != DataType.FLOAT) {
      context.requireOpset(23);
      draft.integer("precision", op.precision().onnxCode());
    }
    context.add(draft);
  }

  private void dequantize(Node node, Op.DequantizeLinear op) {
    NodeDraft draft = draft(node).integer("axis", op.axis());
    if (op.blockSize() > 0) {
      draft.integer("block_size", op.blockSize());
    }
    DataType to = op.to();
    DataType ofScale = context.elementType(node.input(1));
    if (to != null && ofScale != null && to != ofScale) {
      context.requireOpset(23);
      draft.integer("output_dtype", to.onnxCode());
    }
    context.add(draft);
  }

  private void quant(Node node, Op.Quant op) {
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.add(scalar(node, "bit_width", op.bits()));
    context.requireOpset(QonnxOperators.DOMAIN, 1);
    context.add(
        new NodeDraft("Quant", node.name(), inputs, node.outputs())
            .domain(QonnxOperators.DOMAIN)
            .flag("signed", op.signed())
            .flag("narrow", op.narrow())
            .string("rounding_mode", op.rounding().name()));
  }

  private void floatQuant(Node node, Op.FloatQuant op) {
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.add(2, scalar(node, "exponent_bit_width", op.exponentBits()));
    inputs.add(3, scalar(node, "mantissa_bit_width", op.mantissaBits()));
    context.requireOpset(QonnxOperators.DOMAIN, 1);
    context.add(
        new NodeDraft("FloatQuant", node.name(), inputs, node.outputs())
            .domain(QonnxOperators.DOMAIN)
            .flag("has_inf", false)
            .flag("has_nan", false)
            .flag("has_subnormal", true)
            .flag("saturation", true)
            .string("rounding_mode", op.rounding().name()));
  }

  private String scalar(Node node, String role, float value) {
    return context.constant(node.output() + "/" + role, Tensor.ofFloats(Shape.SCALAR, value));
  }

  private void branches(Node node, Op.If op) {
    String name = node.name().toLowerCase(Locale.ROOT);
    GraphProto then = branch(name + "/then", op.thenBranch());
    GraphProto other = branch(name + "/else", op.elseBranch());
    context.add(draft(node).graph("then_branch", then).graph("else_branch", other));
  }

  /** A branch may yield a value of the graph around it; ONNX wants one of its own. */
  private GraphProto branch(String name, Op.Body branch) {
    List<NodeProto> outer = context.begin();
    branch.nodes().forEach(this::write);
    GraphProto.Builder graph = GraphProto.newBuilder().setName(name);
    for (String output : branch.outputs()) {
      String own = output;
      if (branch.nodes().stream().noneMatch(inner -> inner.outputs().contains(output))) {
        own = context.fresh(output + "/yielded");
        context.add(new NodeDraft("Identity", own, List.of(output), List.of(own)));
      }
      graph.addOutput(ValueInfoProto.newBuilder().setName(own));
    }
    return graph.addAllNode(context.end(outer)).build();
  }
}
