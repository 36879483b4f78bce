package fp8sim.generator;

import static fp8sim.generator.Expressions.masked;
import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Expressions.times;
import static fp8sim.generator.FloatGemmTileSource.Branch.ALWAYS;
import static fp8sim.generator.FloatGemmTileSource.Branch.NEVER;
import static fp8sim.generator.FloatGemmTileSource.Branch.SEPARATE;
import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.List;
import java.util.Map;

/** Tiles of matrix products: one method for each number of rows. */
final class FloatGemmTileSource {
  /**
   * Where the compiler must not move loads of later rows before a row's operations: there the loop
   * has a branch on an address that no operand has, as the documentation of {@code GemmTile}
   * explains.
   */
  enum Branch {
    NEVER,
    /** In the float math that rounds products, whose products wait in registers as well. */
    SEPARATE,
    ALWAYS
  }

  /**
   * A method.
   *
   * @param vectors of columns, in each row
   * @param branches between two rows
   */
  private record TileShape(String name, int rows, int vectors, List<Branch> branches) {
    TileShape(String name, int rows, int vectors, Branch... branches) {
      this(name, rows, vectors, List.of(branches));
    }
  }

  /**
   * AVX2 has 16 registers. Live at once are all accumulators, the weights and, up to the next
   * branch, an element of the left operand for each row. Where products are fused with additions,
   * six rows need a branch after every second one (12 + 2 + 2 registers), eight rows of one vector
   * need one in the middle (8 + 1 + 4), and four rows need none (8 + 2 + 4). Where products are
   * rounded, they take registers too: six rows need a branch after each (12 + 2 + 1 + 1), four and
   * eight rows have them as well, and two rows need none.
   */
  private static final List<TileShape> SHAPES =
      List.of(
          new TileShape("rows6", 6, 2, SEPARATE, ALWAYS, SEPARATE, ALWAYS, SEPARATE),
          new TileShape("rows4", 4, 2, SEPARATE, SEPARATE, SEPARATE),
          new TileShape("rows2", 2, 2, NEVER),
          new TileShape("rows1", 1, 2),
          new TileShape(
              "half8", 8, 1, SEPARATE, SEPARATE, SEPARATE, ALWAYS, SEPARATE, SEPARATE, SEPARATE));

  /** Rows of the method that sums windows, {@code GemmTile.WINDOW_ROWS}. */
  private static final int WINDOW_ROWS = 4;

  private static final String PARAMETERS =
      """
      long a,
      long aStride,
      long b,
      long bStride,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt
      """;

  private static final String MULTIPLY =
      """

      @Override
      public void multiply(
          int rows,
          {parameters}) {
        switch (rows) {
          case HALF_ROWS -> half8(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          case 6 -> rows6(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          case 4 -> rows4(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          case 2 -> rows2(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          default -> rows1(a, aStride, b, bStride, count, from, fromAt, to, toAt);
        }
      }
      """;

  private static final String TILE =
      """

      private void {name}(
          {parameters}) {
        {load}
        {distances}
        long row = b & ADDRESS;
        long p = a & ADDRESS;
        long end = p + (long) count * Float.BYTES;
        while (p != end) {
          {loadWeights}
          {rows}
          p = (p + Float.BYTES) & ADDRESS;
          row = (row + bStride) & ADDRESS;
        }
        {store}
      }
      """;

  private static final String ROW =
      """
      {declared}x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, {address}));
      {add}
      {branch}
      """;

  private static final String BRANCH =
      """
      if ({condition}) {
        break;
      }
      """;

  private static final String WINDOW =
      """

      @Override
      public void window(long x, long rowStride, long[] offsets, long weights, float[] to) {
        {zero}
        {rowAddresses}
        for (int i = 0; i < offsets.length; i++) {
          long offset = offsets[i];
          FloatVector w = FloatVector.broadcast(SPECIES, get(weights + (long) i * Float.BYTES));
          {rows}
        }
        {store}
      }
      """;

  private FloatGemmTileSource() {}

  static SourceFile file() {
    String multiply = fill(MULTIPLY, Map.of("parameters", PARAMETERS));
    String methods =
        multiply
            + each(SHAPES, FloatGemmTileSource::tile)
            + window(new RegisterTile(WINDOW_ROWS, 2));
    return SpecializedClass.file(Rooms.GEMM, "tiles", "FloatGemmTile", methods)
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "FLOAT", "LANES", "ORDER")
        .importMembers(Rooms.VECTOR + ".Memory", "SPECIES", "VECTOR", "get", "load")
        .importMembers(Rooms.VECTOR + ".TileShape", "COLUMNS", "HALF_ROWS");
  }

  private static String tile(TileShape shape) {
    RegisterTile tile = new RegisterTile(shape.rows(), shape.vectors());
    return fill(
        TILE,
        Map.of(
            "name", shape.name(),
            "parameters", PARAMETERS,
            "load", tile.load(),
            "distances", each(shape.rows() - 1, i -> distance(i + 1)),
            "loadWeights", tile.loadWeights(),
            "rows", each(shape.rows(), row -> row(shape, tile, row)),
            "store", tile.store("toAt")));
  }

  /** Cut to 31 bits, the distance from the first row becomes part of load instructions. */
  private static String distance(int row) {
    return "long to%d = %s;".formatted(row, masked(times(row, "aStride"), "Integer.MAX_VALUE"));
  }

  private static String row(TileShape shape, RegisterTile tile, int row) {
    boolean last = row == shape.rows() - 1;
    return fill(
        ROW,
        Map.of(
            "declared",
            row == 0 ? "FloatVector " : "",
            "address",
            sum("p", row == 0 ? "" : "to" + row),
            "add",
            tile.add(row, vector -> "x", tile::weight),
            "branch",
            last ? "" : branch(shape.branches().get(row), row + 1)));
  }

  private static String branch(Branch branch, int address) {
    return switch (branch) {
      case NEVER -> "";
      case SEPARATE -> fill(BRANCH, Map.of("condition", "!FUSED && p == " + address));
      case ALWAYS -> fill(BRANCH, Map.of("condition", "p == " + address));
    };
  }

  private static String window(RegisterTile tile) {
    return fill(
        WINDOW,
        Map.of(
            "zero", tile.zero(),
            "rowAddresses", each(WINDOW_ROWS - 1, i -> windowRow(i + 1)),
            "rows", each(WINDOW_ROWS, row -> tile.add(row, v -> windowLoad(row, v), v -> "w")),
            "store", tile.store("")));
  }

  private static String windowRow(int row) {
    return "long x%d = x + %s;".formatted(row, times(row, "rowStride"));
  }

  private static String windowLoad(int row, int vector) {
    String start = row == 0 ? "x" : "x" + row;
    return "load(" + sum(start, "offset", times(vector, "VECTOR")) + ")";
  }
}
