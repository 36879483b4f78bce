package fp8sim.generator;

import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Expressions.times;
import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Loops that add products to sums term by term, each sum rounded as its accumulator rounds: one for
 * each kind of accumulator, for products selected in tables and for products in a row.
 */
final class SequentialLoopsSource {
  /**
   * A kind of accumulator.
   *
   * @param wide whether sums are doubles
   * @param constants vectors of the rule, made before the loop
   * @param rounding lines that round a sum {@code x}
   */
  private record Kind(String name, boolean wide, String constants, String rounding) {}

  private static final String ROUND =
      """
      {bits} b{k} = x.reinterpretAs{ints}();
      {float} m{k} = b{k}.and(exponent).add(offset).max(least).reinterpretAs{floats}();
      {bits} y{k} = x.add(m{k}).sub(m{k}).reinterpretAs{ints}().and(magnitude);
      """;

  private static final String SIGNED = "x = y{k}.or(b{k}.and(sign)).reinterpretAs{floats}();\n";

  private static final String ROUND_CONSTANTS =
      """
      {bits} exponent =` {bits}.broadcast({intSpecies}, {exponent});
      {bits} sign =` {bits}.broadcast({intSpecies}, {type}.MIN_VALUE);
      {bits} magnitude =` {bits}.broadcast({intSpecies}, {type}.MAX_VALUE);
      {bits} offset =` {bits}.broadcast({intSpecies}, {cast}rule.a());
      {bits} least =` {bits}.broadcast({intSpecies}, {cast}rule.b());
      {bits} most =` {bits}.broadcast({intSpecies}, {cast}rule.c());
      """;

  private static final String COARSE_CONSTANTS =
      """
      IntVector exponent =` IntVector.broadcast(INTS, {exponent});
      IntVector offset =` IntVector.broadcast(INTS, (int) rule.a());
      IntVector most =` IntVector.broadcast(INTS, (int) rule.c());
      IntVector least =` IntVector.broadcast(INTS, (int) rule.d());
      """;

  private static final String COARSE =
      """
      FloatVector m{k} =` x.reinterpretAsInts()`.and(exponent)`.add(offset)`.reinterpretAsFloats();
      IntVector y{k} = x.add(m{k}).sub(m{k}).reinterpretAsInts();
      x = y{k}.min(most).lanewise(UMIN, least).reinterpretAsFloats();
      """;

  private static final String LIMIT =
      "{bits} limit =` {bits}.broadcast({intSpecies}, {cast}rule.d());\n";

  private static final String CLAMPED = "y{k} = y{k}.min(most);\n";

  private static final String LIMITED = "y{k} = y{k}.blend(limit, y{k}.compare(GT, most));\n";

  private static final String FIXED_CONSTANTS =
      """
      {bits} least =` {bits}.broadcast({intSpecies}, {cast}rule.a());
      {bits} most =` {bits}.broadcast({intSpecies}, {cast}rule.b());
      """;

  private static final String FIXED =
      "x = x.reinterpretAs{ints}().min(most).max(least).reinterpretAs{floats}();\n";

  private static final String WRAP_CONSTANTS =
      """
      int unused = (int) rule.a();
      {bits} zero =` {bits}.broadcast({intSpecies}, {cast}rule.b());
      """;

  private static final String WRAP =
      """
      {bits} b{k} =` x.reinterpretAs{ints}()`.lanewise(LSHL, unused)`.lanewise(ASHR, unused);
      x = b{k}.add(zero).reinterpretAs{floats}();
      """;

  private static final String CARRY_CONSTANTS =
      """
      int dropped = (int) rule.a();
      IntVector half =` IntVector.broadcast(INTS, (int) rule.b());
      IntVector kept =` IntVector.broadcast(INTS, (int) rule.c());
      IntVector one =` IntVector.broadcast(INTS, 1);
      """;

  private static final String CARRY =
      """
      IntVector b{k} = x.reinterpretAsInts();
      IntVector odd{k} = b{k}.lanewise(LSHR, dropped).and(one);
      x = b{k}.add(half).add(odd{k}).and(kept).reinterpretAsFloats();
      """;

  private static final List<Kind> KINDS =
      List.of(
          new Kind("plain", false, "", ""),
          new Kind("carry", false, CARRY_CONSTANTS, CARRY),
          new Kind("coarse", false, COARSE_CONSTANTS, COARSE),
          new Kind("round", false, ROUND_CONSTANTS, ROUND + CLAMPED + SIGNED),
          new Kind("overflow", false, ROUND_CONSTANTS + LIMIT, ROUND + LIMITED + SIGNED),
          new Kind("fixed", false, FIXED_CONSTANTS, FIXED),
          new Kind("wrap", false, WRAP_CONSTANTS, WRAP),
          new Kind("plainWide", true, "", ""),
          new Kind("overflowWide", true, ROUND_CONSTANTS + LIMIT, ROUND + LIMITED + SIGNED),
          new Kind("fixedWide", true, FIXED_CONSTANTS, FIXED),
          new Kind("wrapWide", true, WRAP_CONSTANTS, WRAP));

  /** Terms of a pass, {@code SequentialTables.TERMS}. */
  private static final int TERMS = 4;

  private static final String FILE =
      """
      /**
       * The inner loops of sums whose order counts. For each kind of {@link SumRule} there are three:
       * four terms, or one, whose products are selected in {@link SequentialTables} by entries of 16
       * bits, and one term whose products lie in a row. Vectors of sums lie one behind the other.
       *
       * <p>Sums of doubles take half a vector of products at a time.
       */
      @InPhase(Phase.PRODUCTS)
      final class SequentialLoops {
        private static final int ENTRY = SequentialTables.ENTRY;
        private static final long STRIDE = SequentialTables.STRIDE;

        private SequentialLoops() {}

        /**
         * Adds the products that four terms select.
         *
         * @param codes addresses of the terms' entries
         * @param index where elements {@code first} to {@code end - 1} lie from there, in bytes
         * @param tables address of a vector of the first term's table
         * @param sums address of the first element's vector
         */
        static void addFour(
            SumRule rule, long[] codes, int[] index, int first, int end, long tables, long sums) {
          switch (rule.kind()) {
            {four}
          }
        }

        /** As {@link #addFour}, for one term. */
        static void addOne(
            SumRule rule, long code, int[] index, int first, int end, long tables, long sums) {
          switch (rule.kind()) {
            {one}
          }
        }

        /** Adds a row of products, of whole vectors, to as many sums. */
        static void addRow(SumRule rule, long products, int vectors, long sums) {
          switch (rule.kind()) {
            {row}
          }
        }
        {loops}
      }
      """;

  private static final String TABLE_LOOP =
      """

      private static void {name}(`{rule}{codes}, {others}) {
        {bases}
        long t = tables & ADDRESS;
        long to = sums & ADDRESS;
        {constants}
        for (int i = first; i != end; i++) {
          long at = index[i] & INDEX;
          {float} x = {float}.fromMemorySegment({species}, ALL, to, ORDER);
          {terms}
          x.intoMemorySegment(ALL, to, ORDER);
          to = to + VECTOR & ADDRESS;
        }
      }
      """;

  private static final String TERM =
      """
      long p{k} = {address};
      {sum}
      {rounding}
      """;

  private static final String ROW_LOOP =
      """

      private static void {name}({rule}long products, int vectors, long sums) {
        long from = products & ADDRESS;
        long to = sums & ADDRESS;
        {constants}
        for (int i = 0; i != vectors; i++) {
          {float} x = {float}.fromMemorySegment({species}, ALL, to, ORDER);
          {sum}
          {rounding}
          x.intoMemorySegment(ALL, to, ORDER);
          from = from + {step} & ADDRESS;
          to = to + VECTOR & ADDRESS;
        }
      }
      """;

  private SequentialLoopsSource() {}

  static SourceFile file() {
    return new SourceFile(Rooms.SEQUENTIAL, "SequentialLoops")
        .importMembers(Rooms.SEQUENTIAL + ".SequentialVectors", "CODE", "DOUBLES", "HALF_FLOATS")
        .importMembers(Rooms.SEQUENTIAL + ".SequentialVectors", "INDEX", "LONGS")
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "INTS", "ORDER", "SPECIES")
        .importMembers(Rooms.VECTOR + ".Memory", "VECTOR")
        .importMembers("jdk.incubator.vector.VectorOperators", "ASHR", "F2D", "GT", "LSHL", "LSHR")
        .importMembers("jdk.incubator.vector.VectorOperators", "UMIN")
        .importTypes("fp8sim.kernel", "InPhase", "Phase")
        .importTypes("jdk.incubator.vector", "DoubleVector", "FloatVector")
        .importTypes("jdk.incubator.vector", "IntVector", "LongVector")
        .text(
            fill(
                FILE,
                Map.of(
                    "four", cases("Four", "codes, index, first, end, tables, sums"),
                    "one", cases("One", "code, index, first, end, tables, sums"),
                    "row", cases("Row", "products, vectors, sums"),
                    "loops", each(KINDS, SequentialLoopsSource::loops))));
  }

  private static String cases(String loop, String arguments) {
    return each(
        KINDS,
        kind -> {
          String call = kind.name() + loop + "(" + rule(kind, "rule, ") + arguments + ");";
          return "case " + constant(kind.name()) + " -> " + call;
        });
  }

  /** The rule of a kind as a parameter or an argument, if it has constants. */
  private static String rule(Kind kind, String text) {
    return kind.constants().isEmpty() ? "" : text;
  }

  /** {@code plainWide} as {@code PLAIN_WIDE}. */
  private static String constant(String name) {
    return name.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
  }

  private static String loops(Kind kind) {
    return tableLoop(kind, TERMS) + tableLoop(kind, 1) + rowLoop(kind);
  }

  private static String tableLoop(Kind kind, int terms) {
    boolean one = terms == 1;
    String bases =
        one
            ? "long c0 = code & ADDRESS;"
            : each(terms, k -> "long c" + k + " = codes[" + k + "] & ADDRESS;");
    return fill(
        typed(kind, TABLE_LOOP),
        Map.of(
            "rule",
            rule(kind, "SumRule rule, "),
            "name",
            kind.name() + (one ? "One" : "Four"),
            "others",
            "int[] index, int first, int end, long tables, long sums",
            "codes",
            one ? "long code" : "long[] codes",
            "bases",
            bases,
            "terms",
            each(terms, k -> term(kind, k)),
            "constants",
            typed(kind, kind.constants())));
  }

  private static String term(Kind kind, int k) {
    String entry = "ENTRY * (long) ALL.get(CODE, c" + k + " + at)";
    return fill(
        TERM,
        Map.of(
            "k", "" + k,
            "address", sum("t", times(k, "STRIDE"), entry),
            "sum", sumLines(kind, "" + k, "p" + k),
            "rounding", rounding(kind, "" + k)));
  }

  private static String rounding(Kind kind, String k) {
    return typed(kind, kind.rounding()).replace("{k}", k);
  }

  private static String sumLines(Kind kind, String k, String address) {
    return kind.wide()
        ? fill(
            """
            FloatVector f{k} = FloatVector.fromMemorySegment(HALF_FLOATS, ALL, {address}, ORDER);
            x = x.add(f{k}.convertShape(F2D, DOUBLES, 0));
            """,
            Map.of("k", k, "address", address))
        : "x = x.add(FloatVector.fromMemorySegment(SPECIES, ALL, " + address + ", ORDER));";
  }

  private static String rowLoop(Kind kind) {
    return fill(
        typed(kind, ROW_LOOP),
        Map.of(
            "name", kind.name() + "Row",
            "rule", rule(kind, "SumRule rule, "),
            "constants", typed(kind, kind.constants()),
            "sum", sumLines(kind, "", "from"),
            "rounding", rounding(kind, ""),
            "step", kind.wide() ? "VECTOR / 2" : "VECTOR"));
  }

  /** Fills what differs between floats and doubles. */
  private static String typed(Kind kind, String text) {
    return kind.wide()
        ? replace(
            text,
            Map.of(
                "bits", "LongVector",
                "float", "DoubleVector",
                "ints", "Longs",
                "floats", "Doubles",
                "intSpecies", "LONGS",
                "species", "DOUBLES",
                "type", "Long",
                "cast", "",
                "exponent", "0x7FF0000000000000L"))
        : replace(
            text,
            Map.of(
                "bits", "IntVector",
                "float", "FloatVector",
                "ints", "Ints",
                "floats", "Floats",
                "intSpecies", "INTS",
                "species", "SPECIES",
                "type", "Integer",
                "cast", "(int) ",
                "exponent", "0x7F800000"));
  }

  private static String replace(String text, Map<String, String> values) {
    String replaced = text;
    for (Map.Entry<String, String> value : values.entrySet()) {
      replaced = replaced.replace("{" + value.getKey() + "}", value.getValue());
    }
    return replaced;
  }
}
