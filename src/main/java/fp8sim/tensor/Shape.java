package fp8sim.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The dimensions of a tensor, outermost first; all known and not negative. Immutable. */
public final class Shape {
  public static final Shape SCALAR = new Shape(new int[0]);

  /** Most dimensions: twice as many as NumPy had for long; no network has more than eight. */
  public static final int MAX_RANK = 64;

  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /**
   * A shape with these dimensions.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_RANK}, one is negative, or
   *     the number of elements exceeds 2^31 - 1
   */
  public static Shape of(int... dims) {
    requireRank(dims.length);
    long elements = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dims));
      }
      elements = d == 0 ? 0 : elements * d;
      if (elements > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "more than 2^31-1 elements in shape " + Arrays.toString(dims));
      }
    }
    return new Shape(dims.clone());
  }

  /** As {@link #of(int...)}; dimensions beyond int are refused. */
  public static Shape of(long[] dims) {
    requireRank(dims.length);
    int[] narrow = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != (int) dims[i]) {
        throw new IllegalArgumentException("dimension out of range in " + Arrays.toString(dims));
      }
      narrow[i] = (int) dims[i];
    }
    return of(narrow);
  }

  private static void requireRank(int rank) {
    if (rank > MAX_RANK) {
      throw new IllegalArgumentException(
          "rank %d is more than the %d that fp8sim handles".formatted(rank, MAX_RANK));
    }
  }

  public int rank() {
    return dims.length;
  }

  /** The size along one axis; a negative axis counts from the end. */
  public int dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  /** A copy of the dimensions. */
  public int[] dims() {
    return dims.clone();
  }

  /** Number of elements: the product of all dimensions, 1 for a scalar. */
  public int elements() {
    return elements(0, dims.length);
  }

  /** Product of the dimensions with {@code from <= axis < to}; 1 if there are none. */
  public int elements(int from, int to) {
    int product = 1;
    for (int i = from; i < to; i++) {
      product *= dims[i];
    }
    return product;
  }

  /** This shape with one dimension replaced. */
  public Shape with(int axis, int size) {
    int[] copy = dims.clone();
    copy[axis < 0 ? axis + copy.length : axis] = size;
    return of(copy);
  }

  /** The shape of {@code count} tensors of this one, stacked along a new first axis. */
  public Shape stacked(int count) {
    int[] stacked = new int[rank() + 1];
    stacked[0] = count;
    System.arraycopy(dims(), 0, stacked, 1, rank());
    return of(stacked);
  }

  /** Row-major strides in elements. */
  public int[] strides() {
    int[] strides = new int[dims.length];
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= dims[i];
    }
    return strides;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** For example {@code 1x3x224x224}; {@code scalar} for rank 0. */
  @Override
  public String toString() {
    return dims.length == 0
        ? "scalar"
        : Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining("x"));
  }
}
