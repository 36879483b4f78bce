package fp8sim.onnx.composite;

import fp8sim.graph.BinaryFunction;
import fp8sim.graph.CompositeOperator;
import fp8sim.graph.Composition;
import fp8sim.graph.Op;
import fp8sim.graph.ScatterReduction;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import java.util.Arrays;

/**
 * ONNX's {@code TensorScatter}: writes an update into a cache along an axis, from a position of
 * each sample on: {@code past, update, positions? -> present}.
 *
 * @param circular whether positions wrap around at the end; else they must lie inside
 */
public record TensorScatter(int axis, boolean circular) implements CompositeOperator {
  @Override
  public String onnxName() {
    return "TensorScatter";
  }

  @Override
  public void expand(Composition place) {
    Formula f = new Formula(place);
    Shape cache = f.shape(f.input(0));
    Shape update = f.shape(f.input(1));
    int along = axis < 0 ? axis + cache.rank() : axis;
    if (along < 1 || along >= cache.rank()) {
      throw f.error("axis %d is no axis of %s behind the batch", axis, cache);
    }
    f.requireType(1, "update", f.type(f.input(0)));
    if (update.rank() != cache.rank()
        || update.dim(along) > cache.dim(along)
        || !update.with(along, 1).equals(cache.with(along, 1))) {
      throw f.error("an update of shape %s does not fit a cache of %s", update, cache);
    }
    if (f.has(2)) {
      f.requireType(2, "write_indices", DataType.INT64);
      f.requireShape(f.input(2), "write_indices", Shape.of(cache.dim(0)));
    }
    String target = target(f, "token", f.input(2), update, along);
    if (circular) {
      target = f.binary("wrapped", BinaryFunction.MOD, target, f.longs("size", cache.dim(along)));
    }
    String indices = tuples(f, "index", target, update, along);
    f.give(
        0, f.apply("", new Op.ScatterND(ScatterReduction.NONE), f.input(0), indices, f.input(1)));
  }

  /**
   * Where the rows of an update go, as tuples of positions on the axes up to one.
   *
   * @param first position of the first row on that axis, int64 {@code [B]}
   */
  static String indices(Formula f, String suffix, String first, Shape update, int along) {
    String target = target(f, suffix + "_token", first, update, along);
    return tuples(f, suffix + "_index", target, update, along);
  }

  /** Positions on an axis, {@code [B or 1,1..,L]}. */
  private static String target(Formula f, String suffix, String first, Shape update, int along) {
    String token = f.indices(suffix, update.dim(along), ones(along + 1, along, update));
    return first.isEmpty()
        ? token
        : f.add(
            suffix + "_at", token, f.reshape(suffix + "_first", first, ones(along + 1, 0, update)));
  }

  /** Dimensions of size 1 but for that of one axis. */
  private static int[] ones(int rank, int axis, Shape shape) {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    dims[axis] = shape.dim(axis);
    return dims;
  }

  private static String tuples(Formula f, String suffix, String target, Shape update, int along) {
    int[] dims = Arrays.copyOf(update.dims(), along + 2);
    dims[along + 1] = 1;
    String[] columns = new String[along + 1];
    for (int i = 0; i <= along; i++) {
      String index =
          i == along ? target : f.indices(suffix + i, update.dim(i), ones(along + 1, i, update));
      int[] column = Arrays.copyOf(f.shape(index).dims(), along + 2);
      column[along + 1] = 1;
      String cut = f.reshape(suffix + "_column" + i, index, column);
      columns[i] = f.expand(suffix + "_spread" + i, cut, dims);
    }
    return f.concat(suffix, along + 1, columns);
  }
}
