package fp8sim.pass.rewrite;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.pass.infer.ConstantEvaluator;
import fp8sim.pass.infer.Revealed;
import fp8sim.pass.infer.ShapeInference;
import fp8sim.pass.infer.Stage;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The passes that every network goes through before numerics are chosen. */
public final class Passes {
  /** Every rewrite makes the graph smaller, so that a fixed point comes soon; this is a guard. */
  private static final int MAX_SWEEPS = 64;

  /** Rewrites that remove what does nothing. */
  private static final List<Rewrite> CLEAN_UP =
      List.of(
          new RemoveNoOperation(),
          new MergeTransposes(),
          new MergeReshapes(),
          new ClipToClamp(),
          new PadIntoWindow());

  /** Operators that exporters write as several. */
  private static final List<Rewrite> PATTERNS =
      List.of(
          new MeanToGlobalPool(),
          new LayerNormalizationPattern(),
          new KerasLayerNormalizationPattern(),
          new ActivationPatterns(),
          new AttentionPattern(),
          new TransposedProductPattern());

  private Passes() {}

  /**
   * Prepares a network for concrete input shapes: {@link ShapeInference#infer}, then removes what
   * does nothing and recognises operators that were exported as patterns. An operator recognised
   * has the name and the output of the pattern's last node.
   *
   * @throws Fp8simException (input) if shapes or types do not fit, naming the node
   */
  public static Graph prepare(
      Graph graph,
      Map<String, Shape> inputShapes,
      Map<String, Tensor> inputValues,
      ConstantEvaluator evaluator) {
    return simplify(ShapeInference.infer(graph, inputShapes, inputValues, evaluator));
  }

  /** As {@link #prepare}, of as much of the network as {@link ShapeInference#stage} gives. */
  public static Stage prepareStage(
      Graph graph,
      Map<String, Shape> inputShapes,
      Map<String, Tensor> inputValues,
      Revealed revealed,
      ConstantEvaluator evaluator) {
    Stage stage = ShapeInference.stage(graph, inputShapes, inputValues, revealed, evaluator);
    return stage.with(simplify(stage.graph()));
  }

  /** Cleans up a graph with types and recognises patterns in it. */
  public static Graph simplify(Graph graph) {
    Graph clean = rewrite(new GraphEditor(graph).toGraph(), CLEAN_UP);
    return rewrite(rewrite(clean, PATTERNS), CLEAN_UP);
  }

  /**
   * The graph after the rewrites.
   *
   * @param graph without nodes that nobody reads
   */
  private static Graph rewrite(Graph graph, List<Rewrite> rewrites) {
    Graph result = graph;
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      GraphEditor editor = new GraphEditor(result);
      for (Node listed : editor.nodes()) {
        Node node = editor.settled(listed);
        for (Rewrite rewrite : rewrites) {
          if (editor.has(node)) {
            rewrite.apply(editor, node);
          }
        }
      }
      if (!editor.takeChanged()) {
        break;
      }
      result = editor.toGraph();
    }
    return result;
  }
}
