package fp8sim.kernel.tornado.device;

/**
 * One kernel of a network with all numbers that it reads.
 *
 * @param geometry what the kernel's class says
 * @param threads along x, y and z
 * @param group threads of a group, which divide them
 */
public record KernelCall(KernelKind kind, int[] geometry, int[] threads, int[] group) {
  private static final int LINE_GROUP = 64;

  /** One thread for each of {@code count} elements. */
  public static KernelCall line(KernelKind kind, int[] geometry, int count) {
    int threads = (count + LINE_GROUP - 1) / LINE_GROUP * LINE_GROUP;
    return new KernelCall(kind, geometry, new int[] {threads, 1, 1}, new int[] {LINE_GROUP, 1, 1});
  }

  /** {@link RowKernel#LANES} threads for each row. */
  public static KernelCall rows(KernelKind kind, int[] geometry, int rows) {
    int group = RowKernel.LANES * RowKernel.GROUP_ROWS;
    int groups = (rows + RowKernel.GROUP_ROWS - 1) / RowKernel.GROUP_ROWS;
    return new KernelCall(
        kind, geometry, new int[] {groups * group, 1, 1}, new int[] {group, 1, 1});
  }

  /** Groups of {@link MatrixGeometry#GROUP} threads for tiles of matrices. */
  public static KernelCall tiles(
      KernelKind kind, int[] geometry, int rowTiles, int columns, int count) {
    int side = MatrixGeometry.THREADS;
    int columnTiles = (columns + MatrixGeometry.SIDE - 1) / MatrixGeometry.SIDE;
    return new KernelCall(
        kind,
        geometry,
        new int[] {columnTiles * side, rowTiles * side, count},
        new int[] {side, side, 1});
  }
}
