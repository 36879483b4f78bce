package fp8sim.generator;

import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Expressions.times;
import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;
import static fp8sim.generator.Template.repeatLines;

import java.util.List;
import java.util.Map;

/** Loops that add looked-up products to sums: one for each type and number of vectors. */
final class QuadSumsSource {
  /**
   * A loop over sums of the same type as products.
   *
   * @param vectors of a position
   */
  private record QuadLoop(String name, String type, String species, int vectors) {}

  private static final List<QuadLoop> SUMS =
      List.of(
          new QuadLoop("addShorts", "ShortVector", "SHORTS", 1),
          new QuadLoop("addTwoShorts", "ShortVector", "SHORTS", 2),
          new QuadLoop("addInts", "IntVector", "INTS", 1),
          new QuadLoop("addTwoInts", "IntVector", "INTS", 2));

  /** A loop that adds sums to those of the next wider type. */
  private record Widening(
      String name, String from, String fromSpecies, String conversion, String to, String species) {}

  private static final List<Widening> WIDENINGS =
      List.of(
          new Widening("widenShorts", "ShortVector", "HALF_SHORTS", "S2I", "IntVector", "INTS"),
          new Widening("widenInts", "IntVector", "HALF_INTS", "I2D", "DoubleVector", "DOUBLES"));

  /** Terms of a quad, {@code ActivationCodes.TERMS}. */
  private static final int TERMS = 4;

  /** Bits of a term's code in a quad. */
  private static final int CODE_BITS = 16;

  private static final String FILE =
      """
      /**
       * The inner loops of {@link LookupSums}: each position adds to its sums, for each of the four terms
       * of a quad, the products that its code selects in {@link LookupTables}. Codes, tables and sums are
       * given by their addresses; positions count in quads.
       *
       * <p>An address that is cut to 56 bits needs no check when an offset of 32 bits is added to it.
       */
      @InPhase(Phase.PRODUCTS)
      final class QuadSums {
        private static final int QUAD_SHIFT = 3;
        private static final long POSITION = Integer.MAX_VALUE;
        private static final int ENTRY = 0xFFFF;
        private static final int VECTORS = LookupTables.VECTORS;
        private static final long STRIDE = LookupTables.STRIDE;

        private QuadSums() {}
        {sums}
        {wide}
        {widenings}
      }
      """;

  private static final String LOOP =
      """
      static void {name}(`long codes, int[] position, int first, int end, {addresses}) {
        long c = codes & ADDRESS;
        long t = tables & ADDRESS;
        long to = sums & ADDRESS;
        for (int i = first; i != end; i++) {
          long x = ALL.get(QUAD, c + ((position[i] & POSITION) << QUAD_SHIFT));
          {body}
          to = to + {step} & ADDRESS;
        }
      }
      """;

  private static final String BODY =
      """
      {type} {v} = {type}.fromMemorySegment({species}, ALL, to{behind}, ORDER);
      {terms}
      {v}.intoMemorySegment(ALL, to{behind}, ORDER);
      """;

  private static final String TERM =
      """
      long p{k} = {address};
      {v} = {v}.add({type}.fromMemorySegment({species}, ALL, p{k}{behind}, ORDER));
      """;

  private static final String WIDE_COMMENT =
      """

      /** One half of each vector of products: an extraction would cost more than a second load. */
      """;

  private static final String WIDE_BODY =
      """
      {products}
      DoubleVector v = DoubleVector.fromMemorySegment(DOUBLES, ALL, to, ORDER);
      v = v.add(p0.convertShape(F2D, DOUBLES, 0)).add(p1.convertShape(F2D, DOUBLES, 0));
      v = v.add(p2.convertShape(F2D, DOUBLES, 0)).add(p3.convertShape(F2D, DOUBLES, 0));
      v.intoMemorySegment(ALL, to, ORDER);
      """;

  private static final String WIDE_PRODUCT =
      "FloatVector p{k} =` FloatVector.fromMemorySegment(`HALF_FLOATS, ALL, {address}, ORDER);";

  private static final String WIDENING =
      """

      static void {name}(long from, long to, long bytes) {
        long in = from & ADDRESS;
        long end = from + bytes & ADDRESS;
        for (long out = to & ADDRESS; in != end; out = out + BYTES & ADDRESS) {
          {from} half = {from}.fromMemorySegment({fromSpecies}, ALL, in, ORDER);
          {to} sum = {to}.fromMemorySegment({species}, ALL, out, ORDER);
          sum.add(half.convertShape({conversion}, {species}, 0)).intoMemorySegment(ALL, out, ORDER);
          in = in + BYTES / 2 & ADDRESS;
        }
      }
      """;

  private QuadSumsSource() {}

  static SourceFile file() {
    String lookupVectors = Rooms.VECTOR + ".LookupVectors";
    return new SourceFile(Rooms.CODED, "QuadSums")
        .importMembers(lookupVectors, "BYTES", "DOUBLES", "HALF_FLOATS", "HALF_INTS")
        .importMembers(lookupVectors, "HALF_SHORTS", "INTS", "QUAD", "SHORTS")
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "ORDER")
        .importMembers("jdk.incubator.vector.VectorOperators", "F2D", "I2D", "S2I")
        .importTypes("fp8sim.kernel", "InPhase", "Phase")
        .importTypes("jdk.incubator.vector", "DoubleVector", "FloatVector")
        .importTypes("jdk.incubator.vector", "IntVector", "ShortVector")
        .text(
            fill(
                FILE,
                Map.of(
                    "sums", each(SUMS, QuadSumsSource::sums),
                    "wide", wide(),
                    "widenings", each(WIDENINGS, QuadSumsSource::widening))));
  }

  private static String sums(QuadLoop loop) {
    Map<String, String> second = Map.of("v", "w", "behind", " + BYTES");
    Map<String, String> first = Map.of("v", "v", "behind", "");
    List<Map<String, String>> vectors =
        loop.vectors() == 1 ? List.of(first) : List.of(first, second);
    String step = loop.vectors() == 1 ? "BYTES" : loop.vectors() + "L * BYTES";
    String terms = each(TERMS, k -> term(repeatLines(TERM, vectors), loop, k));
    Map<String, String> values =
        Map.of("type", loop.type(), "species", loop.species(), "terms", terms);
    return "\n"
        + loop(
            loop.name(), "long tables, long sums", fill(repeatLines(BODY, vectors), values), step);
  }

  private static String term(String template, QuadLoop loop, int k) {
    return fill(
        template,
        Map.of(
            "type", loop.type(),
            "species", loop.species(),
            "k", "" + k,
            "address", product(k)));
  }

  /** The address of the products that term k of a quad x selects. */
  private static String product(int k) {
    String shifted = k == 0 ? "x" : "x >>> " + k * CODE_BITS;
    String entry = k < TERMS - 1 ? shifted + " & ENTRY" : shifted;
    return sum("t", times(k, "STRIDE"), "VECTORS * (" + entry + ")");
  }

  private static String wide() {
    String products =
        each(TERMS, k -> fill(WIDE_PRODUCT, Map.of("k", "" + k, "address", product(k))));
    String body = fill(WIDE_BODY, Map.of("products", products));
    return WIDE_COMMENT + loop("addWide", "long tables, long sums, long step", body, "step");
  }

  private static String loop(String name, String addresses, String body, String step) {
    return fill(LOOP, Map.of("name", name, "addresses", addresses, "body", body, "step", step));
  }

  private static String widening(Widening widening) {
    return fill(
        WIDENING,
        Map.of(
            "name", widening.name(),
            "from", widening.from(),
            "fromSpecies", widening.fromSpecies(),
            "to", widening.to(),
            "species", widening.species(),
            "conversion", widening.conversion()));
  }
}
