package fp8sim.onnx.composite;

import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;

/**
 * {@code RotaryEmbedding}: {@code x [B,H,L,D] or [B,L,H*D], cosine, sine, positions? -> y} of x's
 * shape.
 *
 * @param heads number of heads; 0 if the inputs tell
 * @param order where its inputs are
 */
public record RotaryEmbedding(boolean interleaved, int size, int heads, Order order)
    implements CompositeOperator {
  /** Positions of the inputs behind x. */
  public enum Order {
    /** ONNX's: cosine, sine, positions? */
    ONNX(1, 2, 3),
    /** ONNX Runtime's own: positions, cosine, sine. */
    MICROSOFT(2, 3, 1);

    private final int cosine;
    private final int sine;
    private final int positions;

    Order(int cosine, int sine, int positions) {
      this.cosine = cosine;
      this.sine = sine;
      this.positions = positions;
    }
  }

  @Override
  public String onnxName() {
    return "RotaryEmbedding";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    f.requireRank(0, "X", 3, 4);
    f.requireFloating(0, "X");
    DataType type = f.type(f.input(0));
    f.requireType(order.cosine, "cos_cache", type);
    f.requireType(order.sine, "sin_cache", type);
    f.requireRank(order.cosine, "cos_cache", 2, 3);
    f.requireRank(order.sine, "sin_cache", 2, 3);
    Shape shape = f.shape(f.input(0));
    boolean headsFirst = shape.rank() == 4;
    String x = headsFirst ? f.input(0) : cut(f, shape);
    int length = f.shape(x).dim(headsFirst ? 2 : 1);
    String cosine = rows(f, "cosine", f.input(order.cosine), headsFirst, length);
    String sine = rows(f, "sine", f.input(order.sine), headsFirst, length);
    String turned = new Rotation(interleaved, size).apply(f, "x", x, cosine, sine);
    f.give(0, f.reshape("flat", turned, shape.dims()));
  }

  private String cut(Formula f, Shape shape) {
    int count = heads;
    if (count == 0 && order == Order.MICROSOFT) {
      // Without a number of heads the caches tell how long a head is.
      int head = 2 * f.shape(f.input(order.cosine)).dim(-1);
      count = head == 0 ? 0 : shape.dim(2) / head;
    }
    if (count < 1 || shape.dim(2) % count != 0) {
      throw f.error("X of shape %s cannot be cut into %d heads (num_heads)", shape, count);
    }
    return f.reshape("heads", f.input(0), shape.dim(0), shape.dim(1), count, shape.dim(2) / count);
  }

  private String rows(Formula f, String suffix, String cache, boolean headsFirst, int length) {
    if (!f.has(order.positions)) {
      Shape shape = f.shape(cache);
      if (shape.rank() != 3 || shape.dim(1) != length) {
        throw f.error("without position_ids %s of shape %s has no row per token", suffix, shape);
      }
      return Rotation.spread(f, suffix, cache, headsFirst);
    }
    f.requireType(order.positions, "position_ids", DataType.INT64, DataType.INT32);
    String positions = f.input(order.positions);
    if (order == Order.MICROSOFT && f.shape(positions).rank() == 1) {
      f.requireShape(positions, "position_ids", Shape.of(1));
      String first = f.cast("first", positions, DataType.INT64);
      positions = f.add("positions", first, f.indices("token", length, length));
    } else {
      f.requireRank(order.positions, "position_ids", 2);
    }
    return Rotation.rows(f, suffix, cache, positions, headsFirst);
  }
}
