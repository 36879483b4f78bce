package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.Op;
import fp8sim.graph.ReduceFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;

/**
 * ONNX Runtime's {@code EmbedLayerNormalization}, the first layer of BERT: {@code tokens [B,L],
 * segments?, words [V,C], positions [P,C], segmentRows?, scale [C], shift [C], mask? [B,L],
 * positionIds? -> y [B,L,C], maskSums [B]?, sum?}.
 */
public record EmbeddingNormalization(float epsilon) implements CompositeOperator {
  private static final int SEGMENTS = 1;
  private static final int SEGMENT_ROWS = 4;
  private static final int MASK = 7;
  private static final int POSITIONS = 8;

  @Override
  public String onnxName() {
    return "EmbedLayerNormalization";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireRank(0, "input_ids", 2);
    Shape tokens = f.shape(f.input(0));
    f.requireRank(2, "word_embedding", 2);
    f.requireRank(3, "position_embedding", 2);
    if (f.has(SEGMENTS) != f.has(SEGMENT_ROWS)) {
      throw f.error("segment_ids and segment_embedding must be given together");
    }
    String words = f.apply("words", new Op.Gather(0), f.input(2), f.input(0));
    String ids =
        f.has(POSITIONS) ? f.input(POSITIONS) : f.indices("position", tokens.dim(1), tokens.dim(1));
    String rows = f.apply("positions", new Op.Gather(0), f.input(3), ids);
    String sum = f.add("words_and_positions", words, rows);
    if (f.has(SEGMENTS)) {
      String segments =
          f.apply("segments", new Op.Gather(0), f.input(SEGMENT_ROWS), f.input(SEGMENTS));
      sum = f.add("sum", sum, segments);
    }
    f.give(2, sum);
    f.give(0, f.apply("", new Op.LayerNormalization(-1, epsilon), sum, f.input(5), f.input(6)));
    if (f.isRead(1)) {
      f.give(1, lengths(f, tokens));
    }
  }

  /** How many tokens of each sample count. */
  private static String lengths(Formula f, Shape tokens) {
    if (!f.has(MASK)) {
      String zero = f.cast("zero", f.longs("no_tokens", 0), DataType.INT32);
      return f.expand("lengths", zero, tokens.dim(0));
    }
    f.requireShape(f.input(MASK), "mask", tokens);
    Op.Reduce sum = new Op.Reduce(ReduceFunction.SUM, false, false);
    return f.apply("lengths", sum, f.input(MASK), f.longs("axis", 1));
  }
}
