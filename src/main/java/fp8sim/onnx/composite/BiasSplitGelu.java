package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.UnaryFunction;
import java.util.List;

/**
 * ONNX Runtime's {@code BiasSplitGelu}: of {@code x + bias [..,2C]}, {@code left * gelu(right)}.
 */
public record BiasSplitGelu() implements CompositeOperator {
  @Override
  public String onnxName() {
    return "BiasSplitGelu";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireRank(0, "X", 3);
    String sum = f.add("bias", f.input(0), f.input(1));
    f.requireShape(sum, "X + bias", f.shape(f.input(0)));
    int width = f.shape(sum).dim(2);
    if (width % 2 != 0) {
      throw f.error("%d channels are not two equal parts", width);
    }
    List<String> halves = f.split("halves", sum, 2, width / 2, width / 2);
    f.give(
        0, f.multiply("gated", halves.get(0), f.unary("gelu", UnaryFunction.GELU, halves.get(1))));
  }
}
