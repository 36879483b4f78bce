package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.Op;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;

/**
 * What {@code FlexAttention} computes behind its last subgraph: {@code q [B,H,L,D], probabilities
 * [B,H,L,S], v [B,G,S,E] -> y [B,H,L,E]} of v's type.
 */
public record FlexAttentionValues() implements CompositeOperator {
  @Override
  public String onnxName() {
    return "FlexAttention";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireRank(2, "V", 4);
    f.requireFloating(2, "V");
    Shape q = f.shape(f.input(0));
    Shape v = f.shape(f.input(2));
    String probabilities = f.input(1);
    f.requireShape(probabilities, "what prob_mod or score_mod yields", q.with(3, v.dim(2)));
    if (v.dim(0) != q.dim(0)) {
      throw f.error("queries %s and values %s do not fit", q, v);
    }
    DataType wide = f.type(probabilities);
    String values = AttentionProducts.repeated(f, "v", f.input(2), q.dim(1));
    Op.MatMul product = new Op.MatMul(false);
    String y = f.apply("", product, probabilities, f.cast("v_wide", values, wide));
    f.give(0, f.cast("narrow", y, f.type(f.input(2))));
  }
}
