package fp8sim.plan;

import fp8sim.format.BiasPolicy;
import fp8sim.format.Rounding;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.quant.ProductSite;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes plans: lowers composite operators, fuses element-wise tails, assigns memory. */
public final class Planner {
  private final Graph graph;
  private final ValueTypes types;
  private final Map<String, Operand.Constant> constants = new HashMap<>();
  private final MemoryPlan memory;
  private final AttentionLowering.Lowered lowered;
  private final Map<ProductSite, ProductArithmetic> products;

  private Planner(
      Graph graph,
      ValueTypes types,
      AttentionLowering.Lowered lowered,
      List<FusedNodes> groups,
      Map<ProductSite, ProductArithmetic> products) {
    this.lowered = lowered;
    this.products = products;
    this.graph = graph;
    this.types = types;
    this.memory = MemoryPlan.of(graph, types, groups);
  }

  /** Plans a network without quantizers. */
  public static Plan plan(Graph graph, Numerics numerics) {
    return plan(graph, numerics, PlacedQuantizers.NONE, Map.of());
  }

  /**
   * Plans a network.
   *
   * @param graph with inferred types and resolved windows
   * @param products how nodes multiply where not in float32
   */
  public static Plan plan(
      Graph graph,
      Numerics numerics,
      PlacedQuantizers quantizers,
      Map<ProductSite, ProductArithmetic> products) {
    return plan(graph, numerics, quantizers, products, StepFusion.ELEMENTWISE);
  }

  /**
   * The graph as it is planned, its Attention nodes replaced by matrix products, scaling, mask,
   * softmax and the quantizers between them.
   *
   * @param graph with inferred types
   */
  public static Graph lowered(Graph graph, PlacedQuantizers quantizers) {
    ValueTypes types = new ValueTypes(graph);
    List<Node> nodes = AttentionLowering.lower(graph.nodes(), quantizers, types).nodes();
    return new Graph(
        graph.name(), graph.inputs(), graph.outputs(), nodes, graph.initializers(), types.all());
  }

  /**
   * As {@link #plan(Graph, Numerics, PlacedQuantizers, Map)}, with or without fusion, which changes
   * no bit of a result but for BatchNormalization behind a product under the study's bias policy,
   * where it decides how often is rounded.
   *
   * @param fusion which nodes become the epilogue of another node's step
   */
  public static Plan plan(
      Graph graph,
      Numerics numerics,
      PlacedQuantizers quantizers,
      Map<ProductSite, ProductArithmetic> products,
      StepFusion fusion) {
    ValueTypes types = new ValueTypes(graph);
    Map<String, Tensor> initializers = graph.initializers();
    AttentionLowering.Lowered lowered = AttentionLowering.lower(graph.nodes(), quantizers, types);
    List<FusedNodes> groups =
        switch (fusion) {
          case NONE -> FusedNodes.apart(lowered.nodes());
          case ELEMENTWISE ->
              Fusion.fuse(
                  lowered.nodes(),
                  graph.outputs(),
                  initializers,
                  types,
                  canFuseQuantizers(lowered.nodes(), numerics)
                      ? id -> !quantizers.blocked().contains(id)
                      : id -> false,
                  fusesNormalization(numerics));
        };
    return new Planner(graph, types, lowered, groups, products).plan(groups, numerics);
  }

  /**
   * The study's BatchNormalization is one fused multiply-add; anywhere else the product is rounded
   * before the sum.
   */
  public static boolean fusesNormalization(Numerics numerics) {
    return numerics.quantizes()
        && numerics.quantizers().biasPolicy() == BiasPolicy.STUDY
        && numerics.floatMath() == FloatMath.FUSED;
  }

  private static boolean canFuseQuantizers(List<Node> nodes, Numerics numerics) {
    boolean calibrating =
        nodes.stream()
            .anyMatch(node -> node.op() instanceof Op.FakeQuantize quantize && quantize.observes());
    return !calibrating && numerics.quantizers().conversion().rounding() != Rounding.STOCHASTIC;
  }

  private Plan plan(List<FusedNodes> groups, Numerics numerics) {
    List<Step> steps = new ArrayList<>();
    for (FusedNodes group : groups) {
      if (!memory.isView(group)) {
        steps.add(step(group));
      }
    }
    Map<String, Operand.Slot> inputs = new LinkedHashMap<>();
    graph.inputs().forEach(input -> inputs.put(input.name(), slot(input.name())));
    Map<String, Operand> outputs = new LinkedHashMap<>();
    for (String name : graph.outputs()) {
      outputs.put(name, required(name));
    }
    return new Plan(
        graph.name(), steps, inputs, outputs, memory.arenaBytes(), numerics.floatMath());
  }

  private Step step(FusedNodes group) {
    Node head = group.head();
    List<@Nullable Operand> inputs = new ArrayList<>();
    for (String input : head.inputs()) {
      inputs.add(input.isEmpty() ? null : required(input));
    }
    List<Operand.@Nullable Slot> outputs = new ArrayList<>();
    outputs.add(slot(group.output()));
    for (String output : head.outputs().subList(1, head.outputs().size())) {
      outputs.add(output.isEmpty() ? null : slot(output));
    }
    List<Epilogue> epilogue =
        group.tail().stream().map(fused -> fused.epilogue().resolve(this::required)).toList();
    ProductArithmetic arithmetic = products.get(lowered.product(head));
    return new Step(head.name(), head.op(), inputs, outputs, epilogue, arithmetic);
  }

  private Operand required(String name) {
    Tensor constant = graph.initializers().get(name);
    return constant == null
        ? slot(name)
        : constants.computeIfAbsent(name, n -> new Operand.Constant(constant));
  }

  private Operand.Slot slot(String name) {
    return new Operand.Slot(memory.offset(name), types.of(name));
  }
}
