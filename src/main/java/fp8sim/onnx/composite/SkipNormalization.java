package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.Op;
import fp8sim.tensor.Shape;

/**
 * ONNX Runtime's normalizations of a sum: {@code x [..,C], skip, scale [C], shift?, bias? -> y, ?,
 * ?, sum?}; without {@code centred} RMS normalization, which has no shift.
 */
public record SkipNormalization(float epsilon, boolean centred) implements CompositeOperator {
  @Override
  public String onnxName() {
    return centred ? "SkipLayerNormalization" : "SkipSimplifiedLayerNormalization";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireRank(0, "input", 2, 3);
    Shape x = f.shape(f.input(0));
    String sum = f.add("sum", f.input(0), f.input(1));
    f.requireShape(sum, "input + skip", x);
    int bias = centred ? 4 : 3;
    if (f.has(bias)) {
      f.requireShape(f.input(bias), "bias", Shape.of(x.dim(-1)));
      sum = f.add("bias", sum, f.input(bias));
    }
    f.give(3, sum);
    f.give(0, normalized(f, sum));
  }

  private String normalized(Formula f, String sum) {
    if (!centred) {
      return f.apply("", new Op.RmsNormalization(-1, epsilon), sum, f.input(2));
    }
    Op op = new Op.LayerNormalization(-1, epsilon);
    return f.has(3)
        ? f.apply("", op, sum, f.input(2), f.input(3))
        : f.apply("", op, sum, f.input(2));
  }
}
