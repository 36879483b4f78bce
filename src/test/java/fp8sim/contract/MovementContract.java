package fp8sim.contract;

import fp8sim.graph.Op;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operators that only move elements. */
abstract class MovementContract extends KernelContract {
  private final RandomTensors random = new RandomTensors(10);

  @Test
  void everyPermutation() {
    for (int[] dims :
        new int[][] {{2, 3, 4, 5}, {1, 9, 1, 8}, {2, 17, 3, 16}, {3, 1, 1, 7}, {1, 1, 1, 1}}) {
      Tensor x = random.normal(dims);
      for (List<Integer> perm : permutations(4)) {
        Shape shape =
            Shape.of(dims[perm.get(0)], dims[perm.get(1)], dims[perm.get(2)], dims[perm.get(3)]);
        check(new Op.Transpose(perm), shape, x);
      }
    }
  }

  @Test
  void otherRanks() {
    check(new Op.Transpose(List.of()), Shape.of(31, 33), random.normal(33, 31));
    check(new Op.Transpose(List.of()), Shape.of(9), random.normal(9));
    check(new Op.Transpose(List.of()), Shape.SCALAR, random.normal());
    check(
        new Op.Transpose(List.of(0, 2, 4, 1, 3, 5)),
        Shape.of(2, 4, 2, 3, 5, 2),
        random.normal(2, 3, 4, 5, 2, 2));
    check(new Op.Transpose(List.of(1, 0)), Shape.of(0, 3), random.normal(3, 0));
  }

  @Test
  void concat() {
    for (int axis : new int[] {0, 1, 2, -1}) {
      Shape shape = Shape.of(3, 4, 5);
      Shape longer = shape.with(axis, 7);
      Shape joined = shape.with(axis, 2 * shape.dim(axis) + 7);
      check(
          new Op.Concat(axis),
          joined,
          random.normal(shape.dims()),
          random.normal(longer.dims()),
          random.normal(shape.dims()));
    }
    check(new Op.Concat(1), Shape.of(2, 40_000), random.normal(2, 0), random.normal(2, 40_000));
  }

  @Test
  void slice() {
    slice(Shape.of(3, 4, 2), List.of(0, 0, 3), List.of(0, 1, 2), List.of(1, 1, 1));
    slice(Shape.of(2, 4, 5), List.of(-1), List.of(0), List.of(-2));
    slice(Shape.of(3, 2, 3), List.of(3, 1), List.of(1, -1), List.of(-2, 1));
    slice(Shape.of(3, 4, 3), List.of(0), List.of(2), List.of(2));
    slice(Shape.of(3, 4, 5), List.of(4), List.of(2), List.of(-1));
    slice(Shape.of(3, 4, 1), List.of(2), List.of(2), List.of(1));
  }

  /** A slice of {@code [3, 4, 5]}. */
  private void slice(Shape output, List<Integer> starts, List<Integer> axes, List<Integer> steps) {
    check(
        runner -> runner.withConstants(1, 2, 3, 4),
        new Op.Slice(),
        output,
        random.normal(3, 4, 5),
        longs(starts),
        longs(starts),
        longs(axes),
        longs(steps));
  }

  private static Tensor longs(List<Integer> values) {
    long[] longs = values.stream().mapToLong(Integer::longValue).toArray();
    return Tensor.ofLongs(Shape.of(longs.length), longs);
  }

  private static List<List<Integer>> permutations(int count) {
    if (count == 0) {
      return List.of(List.of());
    }
    List<List<Integer>> all = new ArrayList<>();
    for (List<Integer> shorter : permutations(count - 1)) {
      for (int at = 0; at < count; at++) {
        List<Integer> longer = new ArrayList<>(shorter);
        longer.add(at, count - 1);
        all.add(longer);
      }
    }
    return all;
  }
}
