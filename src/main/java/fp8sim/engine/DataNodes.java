package fp8sim.engine;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Computes nodes whose results' shapes depend on data, between the stages of a run. */
final class DataNodes implements AutoCloseable {
  private final Compiler compiler;
  private final Execution execution;
  private final Iterations iterations;
  private final Map<String, LoopRun> loops = new HashMap<>();

  DataNodes(Compiler compiler, Execution execution, Iterations iterations) {
    this.compiler = compiler;
    this.execution = execution;
    this.iterations = iterations;
  }

  /**
   * Computes one node.
   *
   * @param operands all values that it reads, by name
   * @param constants those that are constants, and others
   * @return its outputs by name, in memory of their own
   */
  Map<String, Tensor> results(
      Node node, Map<String, Tensor> operands, Map<String, Tensor> constants) {
    if (node.op() instanceof Op.Loop op) {
      return loop(node, op, constants).run(operands);
    }
    List<Tensor> inputs =
        node.inputs().stream().map(name -> Objects.requireNonNull(operands.get(name))).toList();
    List<Tensor> results = compiler.evaluate(node, inputs);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      if (!node.outputs().get(i).isEmpty()) {
        outputs.put(node.outputs().get(i), results.get(i));
      }
    }
    return outputs;
  }

  private LoopRun loop(Node node, Op.Loop op, Map<String, Tensor> constants) {
    LoopRun known = loops.get(node.name());
    if (known == null || !known.has(constants)) {
      if (known != null) {
        known.close();
      }
      known =
          new LoopRun(
              compiler.model().name(),
              node,
              op.body(),
              constants,
              compiler.numerics().floatMath(),
              execution,
              iterations);
      loops.put(node.name(), known);
    }
    return known;
  }

  @Override
  public void close() {
    loops.values().forEach(LoopRun::close);
    loops.clear();
  }
}
