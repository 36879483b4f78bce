package fp8sim.engine;

import fp8sim.graph.Graph;
import fp8sim.pass.infer.ShapeInference;
import fp8sim.pass.rewrite.Passes;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/** Turns a model as imported into a graph for given input shapes. */
final class Specializer {
  private final Graph model;
  private final KernelConstantEvaluator evaluator;
  private final Set<String> valueInputs;

  Specializer(Graph model) {
    this.model = model;
    this.evaluator = new KernelConstantEvaluator(model.name());
    this.valueInputs = ShapeInference.valueInputs(model);
  }

  Graph model() {
    return model;
  }

  /** The inputs whose values decide shapes; a session is compiled for their values. */
  Set<String> valueInputs() {
    return valueInputs;
  }

  /** Types only: no pattern is recognised, and every value keeps its name. */
  Graph infer(Map<String, Shape> shapes, Map<String, Tensor> values) {
    return ShapeInference.infer(model, shapes, values, evaluator);
  }

  Graph specialize(Map<String, Shape> shapes, Map<String, Tensor> values) {
    return Passes.prepare(model, shapes, values, evaluator);
  }
}
