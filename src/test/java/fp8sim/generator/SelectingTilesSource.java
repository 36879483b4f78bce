package fp8sim.generator;

import static fp8sim.generator.Expressions.masked;
import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Expressions.times;
import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.List;
import java.util.Map;

/**
 * Tiles whose lanes select from a table and multiply by a power of two: matrix products, and
 * convolutions whose input stays where it is.
 */
final class SelectingTilesSource {
  /**
   * A method.
   *
   * @param vectors of columns, in each row
   */
  private record Shape(String name, int rows, int vectors) {}

  private static final List<Shape> MATRIX_SHAPES =
      List.of(
          new Shape("rows6", 6, 2),
          new Shape("rows4", 4, 2),
          new Shape("rows3", 3, 2),
          new Shape("rows2", 2, 2),
          new Shape("rows1", 1, 2),
          new Shape("half8", 8, 1));

  private static final List<Shape> PATCH_SHAPES =
      List.of(new Shape("rows6", 6, 2), new Shape("rows4", 4, 2), new Shape("rows3", 3, 2));

  private static final String CLASS =
      """
      /** The tiles of one {@link TileKind}; {@link Specialized} makes a class of it for each. */
      @InPhase(Phase.PRODUCTS)
      @SuppressWarnings("UnusedVariable") // tiles of all shapes take the same parameters
      final class {name} extends {parent} {
        private static final TileKind KIND =
            Specialized.data(MethodHandles.lookup(), TileKind.class);

        /** Whether a table is two vectors. */
        private static final boolean PAIR = KIND.isPair();

        /** Whether one instruction selects from both. */
        private static final boolean WIDE = LANES == TileKind.WIDEST;

        /** Whether sums are integers. */
        private static final boolean EXACT = KIND.isExact();

        /** The bits of an item that are its power. */
        private static final int POWER = KIND.power();

        private final long tables;

        {name}() {
          this(0);
        }

        private {name}(long tables) {
          this.tables = tables;
        }

        @Override
        {parent} on(long newTables) {
          return new {name}(newTables);
        }
        {methods}

        /** Adds to a sum what an index selects, times a power; {@code h} is that of the upper table. */
        private static FloatVector add(
            IntVector i, IntVector t, IntVector u, FloatVector p, FloatVector h, FloatVector sum) {
          FloatVector to = EXACT ? FloatVector.broadcast(SPECIES, TileKind.INTEGER) : sum;
          FloatVector result;
          if (PAIR && WIDE) {
            result = i.selectFrom(t, u).reinterpretAsFloats().fma(p, to);
          } else {
            result = i.selectFrom(t).reinterpretAsFloats().fma(p, to);
            if (PAIR) {
              result = i.selectFrom(u).reinterpretAsFloats().fma(h, result);
            }
          }
          return EXACT
              ? result.reinterpretAsInts().add(sum.reinterpretAsInts()).reinterpretAsFloats()
              : result;
        }

        /** Takes off what {@link TileKind#INTEGER} added in so many terms. */
        private static FloatVector finish(FloatVector sum, int count) {
          return EXACT
              ? sum.reinterpretAsInts().sub(count * TileKind.INTEGER_BITS).reinterpretAsFloats()
              : sum;
        }
      }
      """;

  private static final String MATRIX_PARAMETERS =
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

  private static final String MATRIX_MULTIPLY =
      """

      @Override
      public int rows(int left, int columns, long stride) {
        return isFar(stride) ? 1 : KIND.rows(left, columns);
      }

      @Override
      public void multiply(
          int rows,
          {parameters}) {
        switch (rows) {
          case HALF_ROWS -> half8(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          case 6 -> rows6(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          case 4 -> rows4(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          case 3 -> rows3(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          case 2 -> rows2(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          default -> rows1(a, aStride, b, bStride, count, from, fromAt, to, toAt);
        }
      }
      """;

  private static final String MATRIX_TILE =
      """

      private void {name}(
          {parameters}) {
        {load}
        {distances}
        long table = tables & ADDRESS;
        long row = b & ADDRESS;
        long p = a & ADDRESS;
        long end = p + (long) count * Float.BYTES;
        while (p != end) {
          {loadItems}
          {rows}
          p = (p + Float.BYTES) & ADDRESS;
          row = (row + bStride) & ADDRESS;
        }
        {finish}
        {store}
      }
      """;

  private static final String PATCH_PARAMETERS =
      """
      long x,
      long[] positions,
      int first,
      long offsets,
      long weights,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt
      """;

  private static final String PATCH_MULTIPLY =
      """

      @Override
      public void multiply(
          int size,
          {parameters}) {
        if (size != POSITIONS) {
          rows4(x, positions, first, offsets, weights, count, from, fromAt, to, toAt);
        } else if (WIDE) {
          rows6(x, positions, first, offsets, weights, count, from, fromAt, to, toAt);
        } else {
          int half = 3 * COLUMNS;
          int fromHalf = from == to ? fromAt + half : fromAt;
          rows3(x, positions, first, offsets, weights, count, from, fromAt, to, toAt);
          rows3(x, positions, first + 3, offsets, weights, count, from, fromHalf, to, toAt + half);
        }
      }
      """;

  private static final String PATCH_TILE =
      """

      private void {name}(
          {parameters}) {
        {load}
        {positions}
        long table = tables & ADDRESS;
        long row = weights & ADDRESS;
        long term = offsets & ADDRESS;
        for (long end = term + (long) count * Integer.BYTES; term != end; ) {
          long k = ALL.get(INT, term & ADDRESS) & Integer.MAX_VALUE;
          {loadItems}
          {rows}
          row = (row + TileShape.ROW) & ADDRESS;
          term += Integer.BYTES;
        }
        {finish}
        {store}
      }
      """;

  private static final String ITEMS =
      """
      IntVector i{v} = IntVector.fromMemorySegment(INTS, ALL, {address}, ORDER);
      IntVector q{v} = i{v}.and(POWER);
      IntVector r{v} =` PAIR && !WIDE ? q{v}.and(TileKind.upper(i{v})) : q{v};
      FloatVector h{v} = r{v}.reinterpretAsFloats();
      FloatVector p{v} =` PAIR && !WIDE ? q{v}.lanewise(XOR, r{v}).reinterpretAsFloats() : h{v};
      """;

  private static final String ROW =
      """
      {long}s = table + ((long) ALL.get(CODE, {address}) << SHIFT);
      {vector}t = IntVector.fromMemorySegment(INTS, ALL, s, ORDER);
      {vector}u = PAIR ? IntVector.fromMemorySegment(INTS, ALL, s + VECTOR, ORDER) : t;
      {add}
      """;

  private SelectingTilesSource() {}

  static SourceFile matrixFile() {
    String multiply = fill(MATRIX_MULTIPLY, Map.of("parameters", MATRIX_PARAMETERS));
    String methods = multiply + each(MATRIX_SHAPES, SelectingTilesSource::matrixTile);
    return file("SelectingGemmTile", "SelectingMatrixTile", methods)
        .importMembers(Rooms.VECTOR + ".TileShape", "HALF_ROWS");
  }

  static SourceFile patchFile() {
    String multiply = fill(PATCH_MULTIPLY, Map.of("parameters", PATCH_PARAMETERS));
    String methods = multiply + each(PATCH_SHAPES, SelectingTilesSource::patchTile);
    return file("SelectingIndirectTile", "SelectingPatchTile", methods)
        .importTypes(Rooms.VECTOR, "TileShape")
        .importMembers(Rooms.VECTOR + ".Memory", "INT");
  }

  private static SourceFile file(String name, String parent, String methods) {
    return new SourceFile(Rooms.SIGNIFICAND, name)
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "INTS", "LANES", "ORDER")
        .importMembers(Rooms.VECTOR + ".Memory", "SPECIES", "VECTOR")
        .importMembers(Rooms.VECTOR + ".LookupVectors", "CODE")
        .importMembers(Rooms.VECTOR + ".TileShape", "COLUMNS")
        .importMembers(Rooms.SIGNIFICAND + ".TileKind", "SHIFT")
        .importMembers("jdk.incubator.vector.VectorOperators", "XOR")
        .importTypes(Rooms.VECTOR, "Specialized")
        .importTypes("fp8sim.kernel", "InPhase", "Phase")
        .importTypes("java.lang.invoke", "MethodHandles")
        .importTypes("jdk.incubator.vector", "FloatVector", "IntVector")
        .text(fill(CLASS, Map.of("name", name, "parent", parent, "methods", methods)));
  }

  private static String matrixTile(Shape shape) {
    RegisterTile tile = new RegisterTile(shape.rows(), shape.vectors());
    return fill(
        MATRIX_TILE,
        Map.of(
            "name", shape.name(),
            "parameters", MATRIX_PARAMETERS,
            "load", tile.load(),
            "distances", each(shape.rows() - 1, i -> distance(i + 1)),
            "loadItems", each(shape.vectors(), SelectingTilesSource::item),
            "rows", each(shape.rows(), row -> row(tile, row, sum("p", row == 0 ? "" : "to" + row))),
            "finish", finish(tile),
            "store", tile.store("toAt")));
  }

  private static String patchTile(Shape shape) {
    RegisterTile tile = new RegisterTile(shape.rows(), shape.vectors());
    return fill(
        PATCH_TILE,
        Map.of(
            "name", shape.name(),
            "parameters", PATCH_PARAMETERS,
            "load", tile.load(),
            "positions", each(shape.rows(), SelectingTilesSource::position),
            "loadItems", each(shape.vectors(), SelectingTilesSource::item),
            "rows", each(shape.rows(), row -> row(tile, row, "x" + row + " + k")),
            "finish", finish(tile),
            "store", tile.store("toAt")));
  }

  /** Cut to 31 bits, the distance from the first row becomes part of load instructions. */
  private static String distance(int row) {
    return "long to%d = %s;".formatted(row, masked(times(row, "aStride"), "Integer.MAX_VALUE"));
  }

  private static String position(int position) {
    String index = sum("first", position == 0 ? "" : "" + position);
    return "long x%d = %s;".formatted(position, masked("x + positions[" + index + "]", "ADDRESS"));
  }

  private static String item(int vector) {
    String address = sum("row", times(vector, "VECTOR"));
    return fill(ITEMS, Map.of("v", "" + vector, "address", address));
  }

  private static String row(RegisterTile tile, int row, String address) {
    return fill(
        ROW,
        Map.of(
            "long",
            row == 0 ? "long " : "",
            "vector",
            row == 0 ? "IntVector " : "",
            "address",
            address,
            "add",
            each(tile.vectors(), v -> add(tile.accumulator(row, v), v))));
  }

  private static String add(String sum, int v) {
    return "%1$s = add(i%2$d, t, u, p%2$d, h%2$d, %1$s);".formatted(sum, v);
  }

  private static String finish(RegisterTile tile) {
    return each(
        tile.rows(),
        row ->
            each(
                tile.vectors(),
                v -> "%1$s = finish(%1$s, count);".formatted(tile.accumulator(row, v))));
  }
}
