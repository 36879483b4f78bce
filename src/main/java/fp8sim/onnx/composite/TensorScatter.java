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
    String target = f.indices("token", update.dim(along), ones(along + 1, along, update));
    if (f.has(2)) {
      f.requireType(2, "write_indices", DataType.INT64);
      f.requireShape(f.input(2), "write_indices", Shape.of(cache.dim(0)));
      String first = f.reshape("first", f.input(2), ones(along + 1, 0, cache));
      target = f.add("target", target, first);
    }
    if (circular) {
      target = f.binary("wrapped", BinaryFunction.MOD, target, f.longs("size", cache.dim(along)));
    }
    String indices = indices(f, target, update, along);
    f.give(
        0, f.apply("", new Op.ScatterND(ScatterReduction.NONE), f.input(0), indices, f.input(1)));
  }

  /** Dimensions of size 1 but for that of one axis. */
  private static int[] ones(int rank, int axis, Shape shape) {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    dims[axis] = shape.dim(axis);
    return dims;
  }

  /**
   * For each row of the update the position in the cache, as tuples of the axes up to {@code
   * along}.
   */
  private static String indices(Formula f, String target, Shape update, int along) {
    int[] dims = Arrays.copyOf(update.dims(), along + 2);
    dims[along + 1] = 1;
    long[] shape = Arrays.stream(dims).asLongStream().toArray();
    String[] columns = new String[along + 1];
    for (int i = 0; i <= along; i++) {
      String index =
          i == along ? target : f.indices("index" + i, update.dim(i), ones(along + 1, i, update));
      int[] column = Arrays.copyOf(f.shape(index).dims(), along + 2);
      column[along + 1] = 1;
      String cut = f.reshape("column" + i, index, column);
      columns[i] = f.apply("spread" + i, new Op.Expand(), cut, f.longs("shape" + i, shape));
    }
    return f.concat("indices", along + 1, columns);
  }
}
