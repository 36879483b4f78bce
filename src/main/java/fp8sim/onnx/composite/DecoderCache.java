package fp8sim.onnx.composite;

import fp8sim.graph.Op;
import fp8sim.graph.ScatterReduction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the keys of this run go in a cache {@code [B,G,P,D]} of earlier ones: behind those that
 * each sample has.
 *
 * @param tokens new keys of each sample
 * @param total the largest number of keys that a sample has with the new ones
 * @param first position of the first new key, if it is the same in all samples
 * @param offsets these positions, int64 {@code [B,1,1,1]}; empty if {@code first} is known
 */
record DecoderCache(int tokens, int total, @Nullable Integer first, String offsets) {
  /**
   * The place of new keys.
   *
   * @param k new keys {@code [B,G,L,D]}
   * @param lengths how many keys each sample has with the new ones, less one
   * @param total negative if it is the number of new keys
   */
  static DecoderCache of(Formula f, String k, String lengths, int total) {
    Shape shape = f.shape(k);
    int batch = shape.dim(0);
    int tokens = shape.dim(2);
    f.requireElements(lengths, "seqlens_k", batch);
    int all = total < 0 ? tokens : total;
    if (all < tokens) {
      throw f.error("total_sequence_length is %d, less than %d tokens", all, tokens);
    }
    if (all == tokens || batch == 1) {
      return new DecoderCache(tokens, all, all - tokens, "");
    }
    String wide = f.cast("lengths", lengths, DataType.INT64);
    String column = f.reshape("lengths_column", wide, batch, 1, 1, 1);
    String offsets = f.add("offsets", column, f.longs("less", 1L - tokens));
    return new DecoderCache(tokens, all, same(f.known(offsets)), offsets);
  }

  private static @Nullable Integer same(@Nullable Tensor offsets) {
    if (offsets == null || offsets.shape().elements() == 0) {
      return null;
    }
    long first = offsets.data().getAtIndex(Tensor.LONG, 0);
    for (int i = 1; i < offsets.shape().elements(); i++) {
      if (offsets.data().getAtIndex(Tensor.LONG, i) != first) {
        return null;
      }
    }
    return Math.toIntExact(first);
  }

  /** Positions of the new tokens, {@code [L]} or {@code [B,L]}. */
  String positions(Formula f) {
    String token = f.indices("token", tokens, tokens);
    if (first != null) {
      return f.add("positions", token, f.longs("first", first));
    }
    String column = f.reshape("offset_column", offsets, f.shape(offsets).dim(0), 1);
    return f.add("positions", token, column);
  }

  /** Hides keys behind a query and those before its window. */
  void hide(AttentionMask mask, int window) {
    if (first != null) {
      mask.window(first, window, 0);
    } else {
      mask.window(offsets, window, 0);
    }
  }

  /** The cache with the new keys or values in it, as long as it was or as {@code total}. */
  String append(Formula f, String suffix, String past, String now) {
    int size = past.isEmpty() ? 0 : StandardAttention.pastLength(f, past, now);
    int all = Math.max(size, total);
    if (first == null) {
      return scattered(f, suffix, filled(f, suffix, past, now, size, all), now);
    }
    if (first < 0 || first > size) {
      throw f.error("%d keys come before the new ones, but the cache has %d", first, size);
    }
    List<String> parts = new ArrayList<>();
    if (first > 0) {
      parts.add(f.slice(suffix + "_before", past, 2, 0, first, 1));
    }
    parts.add(now);
    int end = first + tokens;
    if (end < size) {
      parts.add(f.slice(suffix + "_behind", past, 2, end, size, 1));
    }
    return f.concat(suffix, 2, parts.toArray(String[]::new));
  }

  /** The cache with zeros behind it. */
  private static String filled(
      Formula f, String suffix, String past, String now, int size, int all) {
    if (size == all) {
      return past;
    }
    Shape shape = f.shape(now);
    String free = f.zeros(suffix + "_free", f.type(now), shape.with(2, all - size).dims());
    return size == 0 ? free : f.concat(suffix + "_filled", 2, past, free);
  }

  private String scattered(Formula f, String suffix, String cache, String now) {
    String first = f.reshape(suffix + "_first", offsets, f.shape(offsets).dim(0));
    String indices = TensorScatter.indices(f, suffix, first, f.shape(now), 2);
    return f.apply(suffix, new Op.ScatterND(ScatterReduction.NONE), cache, indices, now);
  }
}
