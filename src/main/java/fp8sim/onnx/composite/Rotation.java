package fp8sim.onnx.composite;

import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Rotary position embedding (Su et al., 2021, arXiv 2104.09864): pairs of elements of each head are
 * rotated by angles that grow with the token's position.
 *
 * @param interleaved whether a pair are neighbours; else an element of the first half and one of
 *     the second
 * @param size how many elements of a head are rotated; 0 for all
 */
record Rotation(boolean interleaved, int size) {
  /**
   * Rotates heads.
   *
   * @param x {@code [.., D]} of rank 4
   * @param cosine of rank 4, broadcast to x, the last axis half of what is rotated
   * @param sine likewise
   */
  String apply(Formula f, String suffix, String x, String cosine, String sine) {
    int head = f.shape(x).dim(3);
    int rotated = size == 0 ? head : size;
    if (rotated < 0 || rotated > head || rotated % 2 != 0) {
      throw f.error("%d of %d elements of a head cannot be rotated", rotated, head);
    }
    for (String cache : List.of(cosine, sine)) {
      if (f.shape(cache).dim(3) != rotated / 2) {
        throw f.error(
            "caches have rows of %d for %d elements in pairs", f.shape(cache).dim(3), rotated);
      }
    }
    String first = f.slice(suffix + "_rotated", x, 3, 0, rotated, 1);
    String turned =
        interleaved
            ? neighbours(f, suffix, first, cosine, sine)
            : halves(f, suffix, first, cosine, sine, 3);
    return rotated == head
        ? turned
        : f.concat(suffix + "_all", 3, turned, f.slice(suffix + "_rest", x, 3, rotated, head, 1));
  }

  private static String neighbours(Formula f, String suffix, String x, String cosine, String sine) {
    int[] dims = f.shape(x).dims();
    int[] pairs = Arrays.copyOf(dims, 5);
    pairs[3] = dims[3] / 2;
    pairs[4] = 2;
    String cut = f.reshape(suffix + "_pairs", x, pairs);
    String turned = halves(f, suffix, cut, column(f, cosine, "cosine"), column(f, sine, "sine"), 4);
    return f.reshape(suffix + "_joined", turned, dims);
  }

  private static String column(Formula f, String cache, String suffix) {
    int[] dims = Arrays.copyOf(f.shape(cache).dims(), 5);
    dims[4] = 1;
    return f.reshape(suffix + "_column", cache, dims);
  }

  private static String halves(
      Formula f, String suffix, String x, String cosine, String sine, int axis) {
    int half = f.shape(x).dim(axis) / 2;
    List<String> parts = f.split(suffix + "_halves", x, axis, half, half);
    String real =
        f.subtract(
            suffix + "_real",
            f.multiply(suffix + "_xc", parts.get(0), cosine),
            f.multiply(suffix + "_ys", parts.get(1), sine));
    String imaginary =
        f.add(
            suffix + "_imaginary",
            f.multiply(suffix + "_xs", parts.get(0), sine),
            f.multiply(suffix + "_yc", parts.get(1), cosine));
    return f.concat(suffix + "_turned", axis, real, imaginary);
  }

  /**
   * The rows of a cache that tokens need, as {@code [B or 1,1,L,R]} for heads in front of tokens,
   * else {@code [B or 1,L,1,R]}.
   *
   * @param cache {@code [positions,R]}
   * @param positions {@code [B,L]} or {@code [L]}
   */
  static String rows(Formula f, String suffix, String cache, String positions, boolean headsFirst) {
    if (f.shape(cache).rank() != 2) {
      throw f.error("a cache has shape %s, not rank 2", f.shape(cache));
    }
    return spread(f, suffix, f.apply(suffix, new Op.Gather(0), cache, positions), headsFirst);
  }

  /** Rows {@code [B,L,R]} or {@code [L,R]} with an axis of size 1 for the heads. */
  static String spread(Formula f, String suffix, String rows, boolean headsFirst) {
    Shape shape = f.shape(rows);
    int batch = shape.rank() == 3 ? shape.dim(0) : 1;
    int length = shape.dim(-2);
    return headsFirst
        ? f.reshape(suffix + "_spread", rows, batch, 1, length, shape.dim(-1))
        : f.reshape(suffix + "_spread", rows, batch, length, 1, shape.dim(-1));
  }
}
