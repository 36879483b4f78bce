package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Where an element of a tensor lies in two strided layouts: for each axis from the last to the
 * first, the geometry has its size and its stride in both. Runs on the device.
 */
public final class DeviceStrides {
  public static final int AXIS_WORDS = 3;

  private DeviceStrides() {}

  /**
   * Both places of element i at once, to divide once only: {@link #first} and {@link #second}.
   *
   * @param axes the first axis's number in the geometry
   * @param first where element 0 is; {@code second} likewise
   */
  static long places(IntArray geometry, int axes, int rank, int i, int first, int second) {
    long places = first + ((long) second << Integer.SIZE);
    int rest = i;
    for (int axis = 0; axis < rank; axis++) {
      int word = axes + AXIS_WORDS * axis;
      int size = geometry.get(word);
      long index = rest % size;
      rest = rest / size;
      places += index * geometry.get(word + 1);
      places += (index * geometry.get(word + 2)) << Integer.SIZE;
    }
    return places;
  }

  static int first(long places) {
    return (int) places;
  }

  static int second(long places) {
    return (int) (places >> Integer.SIZE);
  }
}
