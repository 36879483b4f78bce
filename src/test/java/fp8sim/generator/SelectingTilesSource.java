package fp8sim.generator;

import static fp8sim.generator.Expressions.masked;
import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Expressions.times;
import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.List;
import java.util.Map;

/**
 * Tiles whose lanes select from a table and multiply by a power of two: of matrix products and of
 * convolutions whose input stays where it is, with sums of float32, of integers and of doubles.
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

  private static final List<Shape> PATCH_SHAPES_OF_DOUBLES =
      List.of(new Shape("rows4", 4, 2), new Shape("rows3", 3, 2), new Shape("rows2", 2, 2));

  /** Kinds of sums. */
  private enum Kind {
    FLOATS,
    INTEGERS,
    /** In two vectors for each vector of items: those of even lanes, and of odd ones. */
    DOUBLES
  }

  /**
   * What sums are.
   *
   * @param load an accumulator's first value; holes are filled by {@link String#formatted}
   * @param item loads and splits an item
   * @param add the product of an item with the entry it selects; methods are called on what is no
   *     accumulator, since of these the compiler learns the class late, and at times too late: then
   *     vectors become objects
   * @param finish an accumulator after the loop, of a class that is known
   * @param store an accumulator
   */
  private record Sums(
      Kind kind, String load, String item, String add, String finish, String store) {
    boolean isInteger() {
      return kind == Kind.INTEGERS;
    }

    boolean isDouble() {
      return kind == Kind.DOUBLES;
    }

    /** Accumulators for each vector of items. */
    int parts() {
      return isDouble() ? 2 : 1;
    }

    /** The vectors that are selected from, as Java names them. */
    String table() {
      return isDouble() ? "Long" : "Int";
    }
  }

  private static final Sums FLOATS =
      new Sums(
          Kind.FLOATS,
          "FloatVector %s = FloatVector.fromArray(SPECIES, from, %s);",
          """
          IntVector i{v} = IntVector.fromMemorySegment(INTS, ALL, {address}, ORDER);
          IntVector q{v} = i{v}.and(POWER);
          IntVector r{v} = SPLIT ? q{v}.and(TileKind.upper(i{v})) : q{v};
          FloatVector h{v} = r{v}.reinterpretAsFloats();
          FloatVector p{v} =` SPLIT ? q{v}.lanewise(XOR, r{v}).reinterpretAsFloats() : h{v};
          """,
          """
          {c} =` WIDE` ? i{v}.selectFrom(t, u).reinterpretAsFloats().fma(p{v}, {c})`\
           : i{v}.selectFrom(t).reinterpretAsFloats().fma(p{v}, {c});
          {c} =` SPLIT ? i{v}.selectFrom(u).reinterpretAsFloats().fma(h{v}, {c}) : {c};
          """,
          "{c} = FloatVector.zero(SPECIES).add({c});",
          "%s.intoArray(to, %s);");

  private static final Sums INTEGERS =
      new Sums(
          Kind.INTEGERS,
          "IntVector %s =` FloatVector.fromArray(SPECIES, from, %s).reinterpretAsInts();",
          """
          IntVector i{v} = IntVector.fromMemorySegment(INTS, ALL, {address}, ORDER);
          IntVector p{v} = i{v}.lanewise(LSHR, TileKind.SHIFT_AT).sub(1);
          IntVector m{v} = SIGNED ? i{v}.lanewise(ASHR, Integer.SIZE - 1) : i{v};
          VectorMask<Integer> h{v} =` SPLIT ? TileKind.upper(i{v}).lt(0) : INTS.maskAll(false);
          n{v} = SIGNED ? m{v}.add(n{v}) : n{v};
          """,
          """
          {declare}v = WIDE ? i{v}.selectFrom(t, u) : i{v}.selectFrom(t);
          v = SPLIT ? v.blend(i{v}.selectFrom(u), h{v}) : v;
          v = v.lanewise(LSHL, p{v});
          v = SIGNED ? v.lanewise(XOR, m{v}) : v;
          {c} = v.add({c});
          """,
          """
          {c} =` SIGNED ? IntVector.zero(INTS).sub(n{v}).add({c}) : IntVector.zero(INTS).add({c});
          """,
          "%s.reinterpretAsFloats().intoArray(to, %s);");

  private static final Sums DOUBLES =
      new Sums(
          Kind.DOUBLES,
          "DoubleVector %s =` FloatVector.fromArray(SPECIES, from, %s)`.reinterpretAsDoubles();",
          """
          LongVector i{v} =` IntVector.fromMemorySegment(INTS, ALL, {address}, ORDER)`\
          .reinterpretAsLongs();
          LongVector j{v} = i{v}.lanewise(LSHR, Integer.SIZE);
          LongVector a{v} = i{v}.lanewise(LSHL, Integer.SIZE).and(POWER);
          LongVector b{v} = i{v}.and(POWER);
          LongVector e{v} = SPLIT ? a{v}.and(TileKind.upper(i{v})) : a{v};
          LongVector f{v} = SPLIT ? b{v}.and(TileKind.upper(j{v})) : b{v};
          DoubleVector g{v} = e{v}.reinterpretAsDoubles();
          DoubleVector h{v} = f{v}.reinterpretAsDoubles();
          DoubleVector p{v} =` SPLIT ? a{v}.lanewise(XOR, e{v}).reinterpretAsDoubles() : g{v};
          DoubleVector q{v} =` SPLIT ? b{v}.lanewise(XOR, f{v}).reinterpretAsDoubles() : h{v};
          """,
          """
          {c} =` WIDE` ? i{v}.selectFrom(t, u).reinterpretAsDoubles().fma(p{v}, {c})`\
           : i{v}.selectFrom(t).reinterpretAsDoubles().fma(p{v}, {c});
          {d} =` WIDE` ? j{v}.selectFrom(t, u).reinterpretAsDoubles().fma(q{v}, {d})`\
           : j{v}.selectFrom(t).reinterpretAsDoubles().fma(q{v}, {d});
          {c} =` SPLIT ? i{v}.selectFrom(u).reinterpretAsDoubles().fma(g{v}, {c}) : {c};
          {d} =` SPLIT ? j{v}.selectFrom(u).reinterpretAsDoubles().fma(h{v}, {d}) : {d};
          """,
          "{c} = DoubleVector.zero(DOUBLES).add({c});",
          "%s.reinterpretAsFloats().intoArray(to, %s);");

  private static final String CLASS =
      """
      /** The tiles of one {@link TileKind}; {@link Specialized} makes a class of it for each. */
      @InPhase(Phase.PRODUCTS)
      @SuppressWarnings("UnusedVariable") // what a kind does not need is left out
      final class {name} extends {parent} {
        private static final TileKind KIND =` Specialized.data(MethodHandles.lookup(), TileKind.class);

        /** Whether one instruction selects from the two vectors of a table. */
        private static final boolean WIDE = KIND.isWide();

        /** Whether two instructions do. */
        private static final boolean SPLIT = KIND.isSplit();

        private static final boolean PAIR = WIDE || SPLIT;

        {constant}

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
      }
      """;

  private static final String POWER =
      """
      /** The bits of an item that are its power. */
      private static final int POWER = KIND.power();
      """;

  private static final String SIGNED =
      """
      /** Whether items have a sign, else it belongs to what they select. */
      private static final boolean SIGNED = KIND.isSigned();
      """;

  private static final String POWER_OF_DOUBLES =
      """
      /** The bits of two items, the second one alone, that are its power as a double. */
      private static final long POWER = KIND.powerOfDouble();
      """;

  private static final String FLOATS_OF_SUM =
      """

      @Override
      public int floatsOfSum() {
        return 2;
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
        return isFar(stride) ? 1 : TileKind.{rowsOf}(left, columns);
      }

      @Override
      public void multiply(
          int rows,
          {parameters}) {
        switch (rows) {
          case HALF_ROWS -> half8(a, aStride, b, bStride, count, from, fromAt, to, toAt);
          {six}
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
        {negatives}
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
        } else if (LANES == TileKind.WIDEST) {
          rows6(x, positions, first, offsets, weights, count, from, fromAt, to, toAt);
        } else {
          int half = 3 * COLUMNS;
          rows3(x, positions, first, offsets, weights, count, from, fromAt, to, toAt);
          int at = fromAt + half;
          rows3(x, positions, first + 3, offsets, weights, count, from, at, to, toAt + half);
        }
      }
      """;

  private static final String PATCH_MULTIPLY_DOUBLES =
      """

      @Override
      public void multiply(
          int size,
          {parameters}) {
        int rows = TileKind.positionsOfDoubles(size);
        for (int r = 0; r < size; r += rows) {
          int at = 2 * COLUMNS * r;
          int of = first + r;
          int in = fromAt + at;
          int out = toAt + at;
          switch (rows) {
            case 4 -> rows4(x, positions, of, offsets, weights, count, from, in, to, out);
            case 3 -> rows3(x, positions, of, offsets, weights, count, from, in, to, out);
            default -> rows2(x, positions, of, offsets, weights, count, from, in, to, out);
          }
        }
      }
      """;

  private static final String PATCH_TILE =
      """

      private void {name}(
          {parameters}) {
        {load}
        {positions}
        {negatives}
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

  private static final String ROW =
      """
      {long}s = table + ((long) ALL.get(CODE, {address}) << SHIFT);
      {vector}t = {type}Vector.fromMemorySegment({species}, ALL, s, ORDER);
      {vector}u =` PAIR` ? {type}Vector.fromMemorySegment({species}, ALL, s + VECTOR, ORDER)` : t;
      {add}
      """;

  private SelectingTilesSource() {}

  static SourceFile floatMatrixFile() {
    return matrixFile("FloatSelectingGemmTile", FLOATS);
  }

  static SourceFile integerMatrixFile() {
    return matrixFile("IntegerSelectingGemmTile", INTEGERS);
  }

  static SourceFile floatPatchFile() {
    return patchFile("FloatSelectingIndirectTile", FLOATS);
  }

  static SourceFile integerPatchFile() {
    return patchFile("IntegerSelectingIndirectTile", INTEGERS);
  }

  static SourceFile doubleMatrixFile() {
    return matrixFile("DoubleSelectingGemmTile", DOUBLES);
  }

  static SourceFile doublePatchFile() {
    return patchFile("DoubleSelectingIndirectTile", DOUBLES);
  }

  private static SourceFile matrixFile(String name, Sums sums) {
    String six = "case 6 -> rows6(a, aStride, b, bStride, count, from, fromAt, to, toAt);";
    String multiply =
        fill(
            MATRIX_MULTIPLY,
            Map.of(
                "parameters",
                MATRIX_PARAMETERS,
                "rowsOf",
                sums.isDouble() ? "rowsOfDoubles" : "rows",
                "six",
                sums.isDouble() ? "" : six));
    // Six rows of doubles do not fit the registers.
    List<Shape> shapes = MATRIX_SHAPES.subList(sums.isDouble() ? 1 : 0, MATRIX_SHAPES.size());
    String methods = multiply + each(shapes, shape -> matrixTile(shape, sums));
    return file(name, "SelectingMatrixTile", methods, sums)
        .importMembers(Rooms.VECTOR + ".TileShape", "HALF_ROWS");
  }

  private static SourceFile patchFile(String name, Sums sums) {
    String multiply =
        fill(
            sums.isDouble() ? PATCH_MULTIPLY_DOUBLES : PATCH_MULTIPLY,
            Map.of("parameters", PATCH_PARAMETERS));
    List<Shape> shapes = sums.isDouble() ? PATCH_SHAPES_OF_DOUBLES : PATCH_SHAPES;
    String methods = multiply + each(shapes, shape -> patchTile(shape, sums));
    return file(name, "SelectingPatchTile", methods, sums)
        .importTypes(Rooms.VECTOR, "TileShape")
        .importMembers(Rooms.VECTOR + ".Memory", "INT");
  }

  private static SourceFile file(String name, String parent, String methods, Sums sums) {
    SourceFile file =
        new SourceFile(Rooms.SIGNIFICAND, name)
            .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "INTS", "LANES", "ORDER")
            .importMembers(Rooms.VECTOR + ".Memory", "SPECIES", "VECTOR")
            .importMembers(Rooms.VECTOR + ".LookupVectors", "CODE")
            .importMembers(Rooms.VECTOR + ".TileShape", "COLUMNS")
            .importMembers(Rooms.SIGNIFICAND + ".TileKind", "SHIFT")
            .importMembers("jdk.incubator.vector.VectorOperators", "XOR")
            .importTypes(Rooms.VECTOR, "Specialized")
            .importTypes("fp8sim.kernel", "InPhase", "Phase")
            .importTypes("java.lang.invoke", "MethodHandles")
            .importTypes("jdk.incubator.vector", "FloatVector", "IntVector");
    switch (sums.kind()) {
      case FLOATS -> {}
      case INTEGERS ->
          file.importMembers("jdk.incubator.vector.VectorOperators", "ASHR", "LSHL", "LSHR")
              .importTypes("jdk.incubator.vector", "VectorMask");
      case DOUBLES ->
          file.importMembers("jdk.incubator.vector.VectorOperators", "LSHL", "LSHR")
              .importMembers(Rooms.SIGNIFICAND + ".WideSums", "DOUBLES", "LONGS")
              .importTypes("jdk.incubator.vector", "DoubleVector", "LongVector");
    }
    String constant =
        switch (sums.kind()) {
          case FLOATS -> POWER;
          case INTEGERS -> SIGNED;
          case DOUBLES -> POWER_OF_DOUBLES;
        };
    String floats = sums.isDouble() ? FLOATS_OF_SUM : "";
    return file.text(
        fill(
            CLASS,
            Map.of(
                "name",
                name,
                "parent",
                parent,
                "constant",
                constant,
                "methods",
                floats + methods)));
  }

  private static String matrixTile(Shape shape, Sums sums) {
    RegisterTile tile = new RegisterTile(shape.rows(), shape.vectors() * sums.parts());
    String rows =
        each(shape.rows(), row -> row(tile, row, sum("p", row == 0 ? "" : "to" + row), sums));
    return fill(
        MATRIX_TILE,
        Map.of(
            "name", shape.name(),
            "parameters", MATRIX_PARAMETERS,
            "load", tile.lines(sums.load(), "fromAt", sums.parts()),
            "distances", each(shape.rows() - 1, i -> distance(i + 1)),
            "negatives", negatives(shape, sums),
            "loadItems", each(shape.vectors(), vector -> item(vector, sums)),
            "rows", rows,
            "finish", finish(tile, sums),
            "store", tile.lines(sums.store(), "toAt", sums.parts())));
  }

  private static String patchTile(Shape shape, Sums sums) {
    RegisterTile tile = new RegisterTile(shape.rows(), shape.vectors() * sums.parts());
    return fill(
        PATCH_TILE,
        Map.of(
            "name", shape.name(),
            "parameters", PATCH_PARAMETERS,
            "load", tile.lines(sums.load(), "fromAt", sums.parts()),
            "positions", each(shape.rows(), SelectingTilesSource::position),
            "negatives", negatives(shape, sums),
            "loadItems", each(shape.vectors(), vector -> item(vector, sums)),
            "rows", each(shape.rows(), row -> row(tile, row, "x" + row + " + k", sums)),
            "finish", finish(tile, sums),
            "store", tile.lines(sums.store(), "toAt", sums.parts())));
  }

  /** Cut to 31 bits, the distance from the first row becomes part of load instructions. */
  private static String distance(int row) {
    return "long to%d = %s;".formatted(row, masked(times(row, "aStride"), "Integer.MAX_VALUE"));
  }

  private static String position(int position) {
    String index = sum("first", position == 0 ? "" : "" + position);
    return "long x%d = %s;".formatted(position, masked("x + positions[" + index + "]", "ADDRESS"));
  }

  /** How many of a lane's items were negative, times -1. */
  private static String negatives(Shape shape, Sums sums) {
    return sums.isInteger()
        ? each(shape.vectors(), "IntVector n%d = IntVector.zero(INTS);"::formatted)
        : "";
  }

  private static String item(int vector, Sums sums) {
    String address = sum("row", times(vector, "VECTOR"));
    return fill(sums.item(), Map.of("v", "" + vector, "address", address));
  }

  private static String row(RegisterTile tile, int row, String address, Sums sums) {
    return fill(
        ROW,
        Map.of(
            "long",
            row == 0 ? "long " : "",
            "vector",
            row == 0 ? sums.table() + "Vector " : "",
            "type",
            sums.table(),
            "species",
            sums.isDouble() ? "LONGS" : "INTS",
            "address",
            address,
            "add",
            each(tile.vectors() / sums.parts(), v -> add(tile, row, v, sums))));
  }

  private static String add(RegisterTile tile, int row, int v, Sums sums) {
    String declare = row == 0 && v == 0 ? "IntVector " : "";
    int c = v * sums.parts();
    return fill(
        sums.add(),
        Map.of(
            "c",
            tile.accumulator(row, c),
            "d",
            sums.isDouble() ? tile.accumulator(row, c + 1) : "",
            "v",
            "" + v,
            "declare",
            declare));
  }

  private static String finish(RegisterTile tile, Sums sums) {
    return each(
        tile.rows(),
        row ->
            each(
                tile.vectors(),
                v ->
                    fill(
                        sums.finish(),
                        Map.of("c", tile.accumulator(row, v), "v", "" + v / sums.parts()))));
  }
}
