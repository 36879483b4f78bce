package fp8sim.generator;

import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Expressions.times;
import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.List;
import java.util.Map;

/**
 * Loops that add looked-up products to sums: one for each type, number of terms, and place of the
 * terms in a block of those whose sum the type holds.
 */
final class TableSumsSource {
  /**
   * A loop over sums of the same type as products.
   *
   * @param starts whether sums begin with these terms
   * @param widens whether they end with them, and are added to wider ones
   */
  private record TableLoop(
      String name, String type, String species, int terms, boolean starts, boolean widens) {}

  private static final List<TableLoop> LOOPS =
      List.of(
          shorts("onlyFourShorts", 4, true, true),
          shorts("firstFourShorts", 4, true, false),
          shorts("nextFourShorts", 4, false, false),
          shorts("lastFourShorts", 4, false, true),
          shorts("onlyEightShorts", 8, true, true),
          shorts("firstEightShorts", 8, true, false),
          shorts("nextEightShorts", 8, false, false),
          shorts("lastEightShorts", 8, false, true),
          ints("firstFourInts", 4, true),
          ints("nextFourInts", 4, false),
          ints("firstEightInts", 8, true),
          ints("nextEightInts", 8, false));

  /** Terms of a quad, {@code ActivationCodes.TERMS}. */
  private static final int QUAD = 4;

  private static final String FILE =
      """
      /**
       * The inner loops of {@link LookupSums}: each position adds to its sums, for each of four or eight
       * terms, the products that its code selects in {@link LookupTables}. Terms are the only ones of a
       * block whose sum the type holds, its first, next or last ones: the first ones load no sums, the
       * last ones add theirs to wider sums instead of storing them.
       *
       * <p>Even lanes of 16 bits go to the first vector of wider sums, odd ones to the second: that takes
       * shifts only. Codes are loaded one by one, which costs less than taking four apart.
       *
       * <p>An address that is cut to 56 bits needs no check when an offset of 32 bits is added to it.
       */
      @InPhase(Phase.PRODUCTS)
      final class TableSums {
        private static final int QUAD_SHIFT = 3;
        private static final long POSITION = Integer.MAX_VALUE;
        private static final long STRIDE = LookupTables.STRIDE;

        private TableSums() {}
        {sums}
        {wide}
      }
      """;

  private static final String LOOP =
      """

      static void {name}(TablePass pass) {
        long c = pass.codes() & ADDRESS;
        {next}
        long t = pass.tables() & ADDRESS;
        {sums}
        {wide}
        int[] position = pass.positions();
        int end = pass.end();
        for (int i = pass.first(); i != end; i++) {
          long at = (position[i] & POSITION) << QUAD_SHIFT;
          {start}
          {terms}
          {end}
        }
      }
      """;

  private static final String TERM =
      """
      long p{k} = {address};
      {v} {type}.fromMemorySegment({species}, ALL, p{k}, ORDER){close};
      """;

  private static final String STORE =
      """
      v.intoMemorySegment(ALL, to, ORDER);
      to = to + BYTES & ADDRESS;
      """;

  private static final String WIDEN =
      """
      IntVector both = v.reinterpretAsInts();
      IntVector even = both.lanewise(LSHL, Short.SIZE).lanewise(ASHR, Short.SIZE);
      even.add(IntVector.fromMemorySegment(INTS, ALL, wide, ORDER))`.intoMemorySegment(ALL, wide, ORDER);
      long second = wide + BYTES & ADDRESS;
      IntVector odd = both.lanewise(ASHR, Short.SIZE);
      odd.add(IntVector.fromMemorySegment(INTS, ALL, second, ORDER))`.intoMemorySegment(ALL, second, ORDER);
      wide = wide + 2L * BYTES & ADDRESS;
      """;

  private static final String WIDE =
      """

      /** One half of each vector of products: an extraction would cost more than a second load. */
      static void addFourFloats(TablePass pass, int half) {
        long c = pass.codes() & ADDRESS;
        long t = pass.tables() + half * (BYTES / 2L) & ADDRESS;
        long to = pass.wideSums() + (long) half * BYTES & ADDRESS;
        int[] position = pass.positions();
        int end = pass.end();
        for (int i = pass.first(); i != end; i++) {
          long at = (position[i] & POSITION) << QUAD_SHIFT;
          {products}
          DoubleVector v = DoubleVector.fromMemorySegment(DOUBLES, ALL, to, ORDER);
          v = v.add(p0.convertShape(F2D, DOUBLES, 0)).add(p1.convertShape(F2D, DOUBLES, 0));
          v = v.add(p2.convertShape(F2D, DOUBLES, 0)).add(p3.convertShape(F2D, DOUBLES, 0));
          v.intoMemorySegment(ALL, to, ORDER);
          to = to + 2L * BYTES & ADDRESS;
        }
      }

      /** Adds sums to those of the next wider type; a vector for each half of one. */
      static void widenInts(TablePass pass) {
        long in = pass.sums() & ADDRESS;
        long end = in + (long) pass.count() * BYTES & ADDRESS;
        for (long out = pass.wideSums() & ADDRESS; in != end; out = out + BYTES & ADDRESS) {
          IntVector half = IntVector.fromMemorySegment(HALF_INTS, ALL, in, ORDER);
          DoubleVector sum = DoubleVector.fromMemorySegment(DOUBLES, ALL, out, ORDER);
          sum.add(half.convertShape(I2D, DOUBLES, 0)).intoMemorySegment(ALL, out, ORDER);
          in = in + BYTES / 2 & ADDRESS;
        }
      }
      """;

  private static final String WIDE_PRODUCT =
      "FloatVector p{k} =` FloatVector.fromMemorySegment(`HALF_FLOATS, ALL, {address}, ORDER);";

  private TableSumsSource() {}

  private static TableLoop shorts(String name, int terms, boolean starts, boolean widens) {
    return new TableLoop(name, "ShortVector", "SHORTS", terms, starts, widens);
  }

  private static TableLoop ints(String name, int terms, boolean starts) {
    return new TableLoop(name, "IntVector", "INTS", terms, starts, false);
  }

  static SourceFile file() {
    String vectors = Rooms.CODED + ".TableVectors";
    return new SourceFile(Rooms.CODED, "TableSums")
        .importMembers(vectors, "BYTES", "DOUBLES", "HALF_FLOATS", "HALF_INTS")
        .importMembers(vectors, "INTS", "SCALE", "SHORTS")
        .importMembers(Rooms.VECTOR + ".LookupVectors", "CODE")
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "ORDER")
        .importMembers("jdk.incubator.vector.VectorOperators", "ASHR", "F2D", "I2D", "LSHL")
        .importTypes("fp8sim.kernel", "InPhase", "Phase")
        .importTypes("jdk.incubator.vector", "DoubleVector", "FloatVector")
        .importTypes("jdk.incubator.vector", "IntVector", "ShortVector")
        .text(fill(FILE, Map.of("sums", each(LOOPS, TableSumsSource::loop), "wide", wide())));
  }

  private static String loop(TableLoop loop) {
    String start =
        "%s v = %s.fromMemorySegment(%s, ALL, to, ORDER);"
            .formatted(loop.type(), loop.type(), loop.species());
    String stepped = loop.starts() ? "" : "to = to + BYTES & ADDRESS;\n";
    return fill(
        LOOP,
        Map.of(
            "name", loop.name(),
            "next", loop.terms() > QUAD ? "long d = pass.nextCodes() & ADDRESS;" : "",
            "sums", loop.starts() && loop.widens() ? "" : "long to = pass.sums() & ADDRESS;",
            "wide", loop.widens() ? "long wide = pass.wideSums() & ADDRESS;" : "",
            "start", loop.starts() ? "" : start,
            "terms", each(loop.terms(), k -> term(loop, k)),
            "end", loop.widens() ? WIDEN + stepped : STORE));
  }

  private static String term(TableLoop loop, int k) {
    boolean first = loop.starts() && k == 0;
    return fill(
            TERM,
            Map.of(
                "k",
                "" + k,
                "address",
                product(k),
                "v",
                first ? loop.type() + " v =" : "v = v.add(",
                "type",
                loop.type(),
                "species",
                loop.species(),
                "close",
                first ? "" : ")"))
        .replace("add( ", "add(");
  }

  /** The address of the products that the code of term k selects. */
  private static String product(int k) {
    String code = sum(k < QUAD ? "c" : "d", "at", k % QUAD == 0 ? "" : "" + k % QUAD * Short.BYTES);
    return sum("t", times(k, "STRIDE"), "SCALE * ALL.get(CODE, " + code + ")");
  }

  private static String wide() {
    String products =
        each(QUAD, k -> fill(WIDE_PRODUCT, Map.of("k", "" + k, "address", product(k))));
    return fill(WIDE, Map.of("products", products));
  }
}
