package fp8sim.plan;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No two values that live at the same time share memory, whatever the network. */
class MemoryPlanTest {
  private static final int GRAPHS = 400;
  private static final TensorType SQUARE = new TensorType(DataType.FLOAT, Shape.of(8, 8));
  private static final int BYTES = 8 * 8 * 4;
  private static final Op RELU = new Op.Unary(UnaryFunction.RELU, 0, 0);
  private static final Op ADD = new Op.Binary(BinaryFunction.ADD);
  private static final Op PRODUCT = new Op.MatMul(false);

  private record Planned(MemoryCheck check, MemoryPlan memory, List<FusedNodes> groups) {
    static Planned of(Graph graph, StepFusion fusion) {
      ValueTypes types = new ValueTypes(graph);
      List<FusedNodes> groups =
          fusion == StepFusion.NONE
              ? FusedNodes.apart(graph.nodes())
              : Fusion.fuse(
                  graph.nodes(), graph.outputs(), graph.initializers(), types, id -> true, false);
      return new Planned(
          new MemoryCheck(graph, types, groups), MemoryPlan.of(graph, types, groups), groups);
    }

    List<String> problems() {
      return check.problems(memory::offset, memory.arenaBytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void valuesThatLiveTogetherDoNotOverlap(StepFusion fusion) {
    int residuals = 0;
    int shared = 0;
    for (long seed = 0; seed < GRAPHS; seed++) {
      Planned planned = Planned.of(new RandomSteps(seed).build(), fusion);
      assertThat(planned.problems()).as("seed %d", seed).isEmpty();
      for (FusedNodes group : planned.groups()) {
        residuals += group.tail().stream().anyMatch(fused -> !fused.reads().isEmpty()) ? 1 : 0;
      }
      List<String> values = planned.check().values();
      shared +=
          values.stream().map(planned.memory()::offset).distinct().count() < values.size() ? 1 : 0;
    }
    // What this is about happens: memory is used again, and epilogues read further values.
    assertThat(shared).isGreaterThan(GRAPHS / 2);
    assertThat(residuals > 0).isEqualTo(fusion == StepFusion.ELEMENTWISE);
  }

  @ParameterizedTest
  @EnumSource
  void theCheckFindsEveryOverlapThatIsPutIn(StepFusion fusion) {
    for (long seed = 0; seed < GRAPHS; seed++) {
      Planned planned = Planned.of(new RandomSteps(seed).build(), fusion);
      SplittableRandom random = new SplittableRandom(seed);
      List<String> values = planned.check().values();
      String moved = values.get(random.nextInt(values.size()));
      for (String other : values) {
        if (planned.check().areApart(moved, other)) {
          long there = planned.memory().offset(other);
          assertThat(
                  planned
                      .check()
                      .problems(
                          name -> name.equals(moved) ? there : planned.memory().offset(name),
                          Long.MAX_VALUE))
              .as("seed %d: %s moved to %s", seed, moved, other)
              .isNotEmpty();
        }
      }
    }
  }

  @Test
  void theCheckFindsValuesOutsideOrBetweenLines() {
    Planned planned = Planned.of(new RandomSteps(1).build(), StepFusion.NONE);
    long end = planned.memory().arenaBytes();
    assertThat(planned.check().problems(planned.memory()::offset, end - Tensor.ALIGNMENT))
        .isNotEmpty();
    assertThat(planned.check().problems(name -> planned.memory().offset(name) + 4, 2 * end))
        .isNotEmpty();
  }

  /** A graph of squares; each node is {@code output = op(inputs)}. */
  private static final class Squares {
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, TensorType> types = new HashMap<>(Map.of("x", SQUARE, "w", SQUARE));

    Squares node(String output, Op op, String... inputs) {
      nodes.add(new Node(output, op, List.of(inputs), List.of(output)));
      types.put(output, SQUARE);
      return this;
    }

    Planned plan(String... outputs) {
      List<GraphInput> inputs = List.of(new GraphInput("x", DataType.FLOAT, List.of()));
      Map<String, Tensor> constants = Map.of("w", Tensor.zeros(DataType.FLOAT, SQUARE.shape()));
      Graph graph = new Graph("squares", inputs, List.of(outputs), nodes, constants, types);
      Planned planned = Planned.of(graph, StepFusion.ELEMENTWISE);
      assertThat(planned.problems()).isEmpty();
      return planned;
    }
  }

  @Test
  void aResidualThatAnEpilogueReadsLivesUntilThen() {
    Planned planned =
        new Squares()
            .node("a", PRODUCT, "x", "w")
            .node("b", PRODUCT, "a", "w")
            .node("c", PRODUCT, "b", "w")
            .node("y", ADD, "c", "a")
            .plan("y");
    assertThat(planned.groups()).hasSize(3);
    assertThat(planned.memory().arenaBytes()).isEqualTo(3 * BYTES);
    assertThat(planned.memory().offset("y")).isNotEqualTo(planned.memory().offset("a"));
  }

  @Test
  void anOutputOfTheNetworkIsNeverOverwritten() {
    Planned planned =
        new Squares()
            .node("a", RELU, "x")
            .node("b", RELU, "a")
            .node("c", PRODUCT, "b", "w")
            .node("y", PRODUCT, "c", "w")
            .plan("a", "y");
    long a = planned.memory().offset("a");
    for (String later : List.of("b", "c", "y")) {
      assertThat(planned.memory().offset(later)).isNotEqualTo(a);
    }
  }

  @Test
  void anElementwiseStepOverwritesWhatNobodyReadsLater() {
    Planned chain = new Squares().node("a", RELU, "x").node("y", RELU, "a").plan("y");
    assertThat(chain.memory().arenaBytes()).isEqualTo(BYTES);
    Planned twice =
        new Squares().node("a", RELU, "x").node("b", RELU, "a").node("y", ADD, "a", "b").plan("y");
    assertThat(twice.memory().arenaBytes()).isEqualTo(2 * BYTES);
  }

  @Test
  void aViewKeepsItsSourceAlive() {
    Planned planned =
        new Squares()
            .node("a", PRODUCT, "x", "w")
            .node("view", new Op.Reshape(false), "a", "shape")
            .node("b", PRODUCT, "x", "w")
            .node("y", ADD, "b", "view")
            .plan("y");
    assertThat(planned.memory().offset("view")).isEqualTo(planned.memory().offset("a"));
    assertThat(planned.memory().offset("y")).isNotEqualTo(planned.memory().offset("a"));
  }
}
