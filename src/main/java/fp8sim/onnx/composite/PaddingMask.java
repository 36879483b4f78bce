package fp8sim.onnx.composite;

import fp8sim.graph.BinaryFunction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.List;

/**
 * The masks of ONNX Runtime's attention: int32, 1 or a length for what counts. What does not count
 * is lowered by a finite number.
 *
 * @param filter what is added to scores of hidden keys
 * @param past how many keys come before those of this run
 */
record PaddingMask(float filter, int past) {
  /**
   * Adds all that hides keys to the mask of attention.
   *
   * @param padding empty for none, else as {@link #add} has it
   * @param bias what is added to scores; empty for none
   * @param causal whether a query sees no keys behind its own
   */
  void write(AttentionMask mask, Formula f, String padding, String bias, boolean causal) {
    if (!padding.isEmpty()) {
      add(mask, f, padding);
    }
    if (!bias.isEmpty()) {
      mask.add(bias);
    }
    mask.window(past, -1, causal ? 0 : -1);
  }

  /**
   * Adds a padding mask.
   *
   * @param input {@code [B]} lengths; {@code [2B]} ends, then starts; {@code [B,S]}, {@code
   *     [B,L,S]} or {@code [B,1,M,M]} conditions
   */
  private void add(AttentionMask mask, Formula f, String input) {
    Shape shape = f.shape(input);
    Shape scores = mask.scores();
    DataType type = mask.type();
    int batch = scores.dim(0);
    String counts =
        switch (shape.rank()) {
          case 1 -> lengths(mask, f, input, batch);
          case 2 -> condition(f, f.reshape("mask_row", input, shape.dim(0), 1, 1, shape.dim(1)));
          case 3 ->
              condition(
                  f, f.reshape("mask_rows", input, shape.dim(0), 1, shape.dim(1), shape.dim(2)));
          case 4 -> condition(f, part(f, input, scores));
          default -> throw f.error("a mask of shape %s is not supported", shape);
        };
    String zero = f.scalar("counts", type, 0);
    mask.add(f.where("padding", counts, zero, f.scalar("filter", type, filter)));
  }

  private static String condition(Formula f, String mask) {
    String zero = f.cast("no", f.longs("zero", 0), f.type(mask));
    return f.binary("unmasked", BinaryFunction.GREATER, mask, zero);
  }

  private static String lengths(AttentionMask mask, Formula f, String input, int batch) {
    int count = f.shape(input).dim(0);
    if (count != batch && count != 2 * batch) {
      throw f.error("a mask of %d numbers for a batch of %d is not supported", count, batch);
    }
    String wide = f.cast("lengths", input, DataType.INT64);
    String key = mask.keyIndices(4);
    if (count == batch) {
      return f.binary("inside", BinaryFunction.LESS, key, f.reshape("end", wide, batch, 1, 1, 1));
    }
    List<String> parts = f.split("ends_and_starts", wide, 0, batch, batch);
    String end = f.reshape("end", parts.get(0), batch, 1, 1, 1);
    String start = f.reshape("start", parts.get(1), batch, 1, 1, 1);
    return f.and(
        "inside",
        f.binary("before_end", BinaryFunction.LESS, key, end),
        f.binary("from_start", BinaryFunction.GREATER_OR_EQUAL, key, start));
  }

  /** The part of a mask of the longest sequence that this run needs. */
  private String part(Formula f, String input, Shape scores) {
    Shape shape = f.shape(input);
    int last = past + scores.dim(2);
    if (shape.dim(1) != 1 || shape.dim(2) < last || shape.dim(3) < scores.dim(3)) {
      throw f.error("a mask of shape %s does not fit scores %s", shape, scores);
    }
    String rows = f.slice("mask_rows", input, 2, past, last, 1);
    return f.slice("mask_part", rows, 3, 0, scores.dim(3), 1);
  }
}
