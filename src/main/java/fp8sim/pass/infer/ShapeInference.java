package fp8sim.pass.infer;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Specialises a graph for concrete input shapes, in one forward sweep: checks every node, infers
 * the type of every value, folds constants, decides {@code If}, writes out composite operators, and
 * brings operators into a normal form.
 *
 * <p>In the result axes are not negative, windows are resolved, Transpose has its permutation, and
 * operands that determine shapes are constants in normal form: Reshape and Expand name the output's
 * dimensions, Slice has starts, ends, axes and steps for every axis, Pad pads for every axis,
 * Resize scales or sizes (and, where it matters, roi) for every axis, Split one size per output,
 * Reduce, Squeeze and Unsqueeze sorted axes, CumSum its axis; Einsum names every axis and its
 * output.
 */
public final class ShapeInference {
  private final InferenceState state;
  private final ConstantEvaluator evaluator;
  private final FoldingBudget budget;
  private final List<Node> nodes = new ArrayList<>();
  private final Unrolling unrolling;
  private final StageBuilder stage;

  private ShapeInference(Graph graph, Revealed revealed, ConstantEvaluator evaluator) {
    this.state = new InferenceState(graph, revealed);
    this.stage = new StageBuilder(state);
    this.evaluator = evaluator;
    this.unrolling = new Unrolling(state, this::visit);
    this.budget =
        new FoldingBudget(
            graph.initializers().values().stream()
                .mapToLong(tensor -> tensor.data().byteSize())
                .sum());
  }

  /** Graph inputs whose values must be given, as shapes inside the graph depend on them. */
  public static Set<String> valueInputs(Graph graph) {
    return ValueInputs.of(withoutUnread(graph));
  }

  /**
   * Infers all types.
   *
   * @param inputShapes the shape of every graph input that has no value in {@code inputValues}
   * @param inputValues known values of graph inputs; they become constants, no longer inputs
   * @return the graph with types; its inputs have fixed dimensions
   * @throws Fp8simException (input) if shapes or types do not fit, naming the node
   */
  public static Graph infer(
      Graph graph,
      Map<String, Shape> inputShapes,
      Map<String, Tensor> inputValues,
      ConstantEvaluator evaluator) {
    ShapeInference inference = new ShapeInference(graph, Revealed.NONE, evaluator);
    return inference.run(withoutUnread(graph), inputShapes, inputValues, false).graph();
  }

  /**
   * As {@link #infer}, as far as it goes: where a shape depends on computed values that are not
   * known yet, the result ends, and says what is needed to go on.
   *
   * @param revealed what is known of computed values
   */
  public static Stage stage(
      Graph graph,
      Map<String, Shape> inputShapes,
      Map<String, Tensor> inputValues,
      Revealed revealed,
      ConstantEvaluator evaluator) {
    ShapeInference inference = new ShapeInference(graph, revealed, evaluator);
    return inference.run(withoutUnread(graph), inputShapes, inputValues, true);
  }

  /** The graph without nodes that its outputs do not depend on, whose types do not matter. */
  private static Graph withoutUnread(Graph graph) {
    Set<String> read = new HashSet<>(graph.outputs());
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.outputs().stream().anyMatch(read::contains)) {
        addReads(node, read);
        kept.add(node);
      }
    }
    return graph.withNodes(kept.reversed(), graph.initializers());
  }

  private static void addReads(Node node, Set<String> read) {
    read.addAll(node.inputs());
    for (Op.Body body : Subgraphs.of(node)) {
      read.addAll(body.outputs());
      body.nodes().forEach(inner -> addReads(inner, read));
    }
    read.remove("");
  }

  private Stage run(
      Graph graph, Map<String, Shape> shapes, Map<String, Tensor> values, boolean partly) {
    List<GraphInput> inputs = new InputShapes(graph).specialize(shapes, values);
    for (GraphInput input : inputs) {
      state.declare(input.name(), new TensorType(input.type(), InputShapes.shape(input)));
    }
    for (GraphInput input : graph.inputs()) {
      Tensor value = values.get(input.name());
      if (value != null) {
        state.define(input.name(), value);
      }
    }
    graph.nodes().forEach(node -> state.takeNodeName(node.name()));
    graph.nodes().forEach(partly ? this::visitIfKnown : this::visit);
    List<GraphInput> all = new ArrayList<>(inputs);
    all.addAll(state.results());
    return stage.build(graph, all, nodes);
  }

  /** Visits a node unless it is behind the end of a stage, which it may be itself. */
  private void visitIfKnown(Node node) {
    if (stage.isBehind(node)) {
      stage.leave(node);
      return;
    }
    try {
      visit(node);
    } catch (UnknownValueException e) {
      String value = e.value();
      if (value != null) {
        stage.needValue(value);
      }
      stage.leave(node);
    }
  }

  private void visit(Node node) {
    switch (node.op()) {
      case Op.If op -> choose(node, op);
      case Op.Loop op -> unroll(node, op);
      case Op.NonZero _ -> {
        SelectionRules.requireReadable(new Operands(node, state));
        addResults(node);
      }
      case Op.Scan op -> unroll(node, op);
      case Op.Composite op -> expand(node, op);
      default -> add(node);
    }
  }

  private void unroll(Node node, Op.Loop op) {
    int before = nodes.size();
    LoopUnrolling loop = new LoopUnrolling(node, op, unrolling);
    if (!checked(new Operands(node, state), loop::unroll)) {
      nodes.subList(before, nodes.size()).clear();
      addResults(node);
    }
  }

  private void unroll(Node node, Op.Scan op) {
    ScanUnrolling scan = new ScanUnrolling(node, op, unrolling);
    checked(
        new Operands(node, state),
        () -> {
          scan.unroll();
          return node;
        });
  }

  /** A node whose results' shapes depend on data: constants, or what an earlier stage computed. */
  private void addResults(Node node) {
    boolean constant = node.inputs().stream().allMatch(input -> state.constant(input) != null);
    if (constant && Subgraphs.of(node).isEmpty()) {
      add(node);
    } else if (!state.takeResults(node)) {
      stage.needResults(node);
      Fp8simException problem =
          new Operands(node, state).error("what it gives depends on computed values");
      throw new UnknownValueException(problem, null);
    }
  }

  private void add(Node node) {
    Operands operands = new Operands(node, state);
    Inferred inferred = checked(operands, () -> TypeRules.infer(node, operands));
    Node resolved = new Node(node.name(), inferred.op(), inferred.inputs(), node.outputs());
    if (!fold(resolved, inferred.outputs())) {
      for (int i = 0; i < node.outputs().size(); i++) {
        if (!node.outputs().get(i).isEmpty()) {
          state.declare(node.outputs().get(i), inferred.outputs().get(i));
        }
      }
      nodes.add(resolved);
    }
  }

  /** Names the node whose shapes are none. */
  private static <T> T checked(Operands operands, Supplier<T> action) {
    try {
      return action.get();
    } catch (IllegalArgumentException e) {
      throw operands.error(String.valueOf(e.getMessage()), e);
    } catch (ArithmeticException e) {
      throw operands.error("it leads to a tensor of more than 2^31-1 elements", e);
    }
  }

  private void expand(Node node, Op.Composite op) {
    Expansion expansion = new Expansion(node, state, this::visit);
    checked(new Operands(node, state), () -> expansion.write(op.operator()));
  }

  /** Puts the nodes of the branch that the condition selects in the place of an If. */
  private void choose(Node node, Op.If op) {
    Operands operands = new Operands(node, state);
    Tensor condition = operands.known(0, "condition");
    boolean isTrue = ControlValues.isTrue(condition, operands::error);
    Op.Body branch = isTrue ? op.thenBranch() : op.elseBranch();
    branch.nodes().forEach(this::visit);
    for (int i = 0; i < node.outputs().size(); i++) {
      String output = node.outputs().get(i);
      if (!output.isEmpty()) {
        String name = i == 0 ? node.name() : node.name() + "/" + i;
        List<String> inputs = List.of(branch.outputs().get(i));
        visit(new Node(name, new Op.Identity(), inputs, List.of(output)));
      }
    }
  }

  private boolean fold(Node node, List<TensorType> types) {
    Tensor shape = shapeValue(node);
    if (shape != null) {
      state.define(node.output(), shape);
      return true;
    }
    List<@Nullable Tensor> inputs = new ArrayList<>();
    for (String name : node.inputs()) {
      Tensor input = name.isEmpty() ? null : state.constant(name);
      if (input == null && !name.isEmpty()) {
        return false;
      }
      inputs.add(input);
    }
    if (!FoldingBudget.isCheap(node, inputs, types)
        || (!isFree(node) && !budget.allows(inputs, types))) {
      return false;
    }
    List<Tensor> results = compute(node, inputs, types);
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.outputs().get(i).isEmpty()) {
        state.define(node.outputs().get(i), results.get(i));
      }
    }
    return true;
  }

  /** The result of a node that needs its input's shape only. */
  private @Nullable Tensor shapeValue(Node node) {
    return switch (node.op()) {
      case Op.ShapeOf op -> {
        int[] dims = GeneratorRules.shapePart(op, state.type(node.input(0)).shape());
        long[] wide = Arrays.stream(dims).asLongStream().toArray();
        yield Tensor.ofLongs(Shape.of(dims.length), wide);
      }
      case Op.Size _ -> Tensor.ofLongs(Shape.SCALAR, state.type(node.input(0)).shape().elements());
      default -> null;
    };
  }

  private List<Tensor> compute(Node node, List<@Nullable Tensor> inputs, List<TensorType> types) {
    if (!isFree(node)) {
      return evaluator.evaluate(node, inputs, types);
    }
    Tensor input = inputs.getFirst();
    if (input == null) {
      throw new IllegalStateException(node.describe() + " has no input");
    }
    return List.of(input.reshape(types.getFirst().shape()));
  }

  /** Whether the result is the same bytes: mapped weights stay mapped. */
  private static boolean isFree(Node node) {
    return switch (node.op()) {
      case Op.Identity _, Op.Reshape _, Op.Flatten _, Op.Squeeze _, Op.Unsqueeze _ -> true;
      default -> false;
    };
  }
}
