package fp8sim.kernel.simd.sequential;

import fp8sim.plan.WindowAxis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the outputs of a convolution read a plane of the input. Outputs that meet the same kernel
 * elements, at the same distances, form a group; in a plane with its padding around it all do.
 *
 * @param sizes of the plane, with its padding if it has one
 * @param starts where the input begins in it
 * @param base where the window of each output begins
 * @param groupOf the group of each output
 * @param taps for each group and kernel element how far it reads from the base; -1 if it does not
 */
record WindowPlane(int[] sizes, int[] starts, int[] base, int[] groupOf, List<int[]> taps) {
  /** Outputs and kernel elements of an axis that are looked at one by one. */
  private static final long MOST_PAIRS = 1 << 22;

  /** More groups, or larger planes, are not worth their memory. */
  private static final int MOST_GROUPS = 400;

  private static final long MOST_PLANE = 1 << 24;

  /**
   * One axis: for each output the first place it reads, and its group; for each group the distances
   * of the kernel's elements from there.
   */
  private record Axis(int size, int start, int[] base, int[] groupOf, List<int[]> distances) {}

  /** Whether the plane is small enough, and there are few enough groups. */
  static boolean fits(List<WindowAxis> axes, boolean transposed, boolean padded) {
    long plane = 1;
    for (WindowAxis axis : axes) {
      int outputs = transposed ? axis.input() : axis.output();
      if ((long) outputs * axis.kernel() > MOST_PAIRS) {
        return false;
      }
      plane *= padded ? paddedSize(axis) : transposed ? axis.output() : axis.input();
      if (plane > MOST_PLANE) {
        return false;
      }
    }
    long groups = 1;
    for (WindowAxis axis : axes) {
      groups *= of(axis, transposed, padded).distances().size();
      if (groups > MOST_GROUPS) {
        return false;
      }
    }
    return true;
  }

  /**
   * The plane of a convolution.
   *
   * @param axes of the window
   * @param transposed whether the window slides over the output
   * @param padded whether the input lies in its padding
   */
  static WindowPlane of(List<WindowAxis> axes, boolean transposed, boolean padded) {
    WindowPlane plane =
        new WindowPlane(new int[0], new int[0], new int[1], new int[1], List.of(new int[1]));
    for (WindowAxis axis : axes) {
      plane = plane.times(of(axis, transposed, padded), axis.kernel());
    }
    return plane;
  }

  private static Axis of(WindowAxis axis, boolean transposed, boolean padded) {
    int outputs = transposed ? axis.input() : axis.output();
    int[] base = new int[outputs];
    int[] groupOf = new int[outputs];
    Map<List<Integer>, Integer> groups = new LinkedHashMap<>();
    for (int o = 0; o < outputs; o++) {
      int[] places = new int[axis.kernel()];
      int lowest = Integer.MAX_VALUE;
      for (int tap = 0; tap < places.length; tap++) {
        places[tap] = transposed ? scattered(axis, o, tap) : gathered(axis, o, tap, padded);
        lowest = places[tap] < 0 ? lowest : Math.min(lowest, places[tap]);
      }
      base[o] = lowest == Integer.MAX_VALUE ? 0 : lowest;
      List<Integer> distances = new ArrayList<>();
      for (int place : places) {
        distances.add(place < 0 ? -1 : place - base[o]);
      }
      groupOf[o] = groups.computeIfAbsent(distances, d -> groups.size());
    }
    List<int[]> distances =
        groups.keySet().stream()
            .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
            .toList();
    int size = padded ? (int) paddedSize(axis) : transposed ? axis.output() : axis.input();
    return new Axis(size, padded ? axis.before() : 0, base, groupOf, distances);
  }

  private static long paddedSize(WindowAxis axis) {
    long reached =
        (axis.output() - 1L) * axis.stride() + (axis.kernel() - 1L) * axis.dilation() + 1;
    return Math.max((long) axis.before() + axis.input(), reached);
  }

  /** Where a kernel element of an output reads, or -1. */
  private static int gathered(WindowAxis axis, int output, int tap, boolean padded) {
    long place = (long) output * axis.stride() + (long) tap * axis.dilation();
    if (padded) {
      return (int) place;
    }
    long inside = place - axis.before();
    return inside < 0 || inside >= axis.input() ? -1 : (int) inside;
  }

  /** As {@link #gathered} where the window slides over the output. */
  private static int scattered(WindowAxis axis, int output, int tap) {
    long place = (long) output + axis.before() - (long) tap * axis.dilation();
    return place < 0 || place % axis.stride() != 0 || place / axis.stride() >= axis.output()
        ? -1
        : (int) (place / axis.stride());
  }

  /** This plane with one more axis, within the others. */
  private WindowPlane times(Axis axis, int kernel) {
    int outputs = axis.base().length;
    int inner = axis.distances().size();
    int[] allBase = new int[base.length * outputs];
    int[] allGroups = new int[allBase.length];
    for (int i = 0; i < allBase.length; i++) {
      allBase[i] = base[i / outputs] * axis.size() + axis.base()[i % outputs];
      allGroups[i] = groupOf[i / outputs] * inner + axis.groupOf()[i % outputs];
    }
    List<int[]> allTaps = new ArrayList<>();
    for (int[] outer : taps) {
      for (int[] along : axis.distances()) {
        int[] both = new int[outer.length * kernel];
        Arrays.setAll(
            both,
            i -> {
              int far = outer[i / kernel];
              int near = along[i % kernel];
              return far < 0 || near < 0 ? -1 : far * axis.size() + near;
            });
        allTaps.add(both);
      }
    }
    return new WindowPlane(
        appended(sizes, axis.size()), appended(starts, axis.start()), allBase, allGroups, allTaps);
  }

  private static int[] appended(int[] values, int value) {
    int[] result = Arrays.copyOf(values, values.length + 1);
    result[values.length] = value;
    return result;
  }

  /** Elements of the plane. */
  int size() {
    return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
  }

  int outputs() {
    return base.length;
  }
}
