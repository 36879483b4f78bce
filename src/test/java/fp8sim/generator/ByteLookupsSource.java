package fp8sim.generator;

import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Expressions.times;
import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;
import static fp8sim.generator.Template.repeatLines;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Loops that sum digits from tables in registers: one for each number of registers. */
final class ByteLookupsSource {
  /**
   * A loop.
   *
   * @param registers that hold a digit of all classes
   * @param signed whether classes have signs
   * @param rows that are summed together
   */
  private record ByteLoop(String name, String doc, int registers, boolean signed, int rows) {}

  /** Rows that are summed together: 8 vectors of sums stay in registers. */
  private static final int ROWS = 4;

  private static final List<ByteLoop> LOOPS =
      List.of(
          new ByteLoop("one", "Up to 64 classes.", 1, false, ROWS),
          new ByteLoop("oneSigned", "Up to 64 classes with signs.", 1, true, ROWS),
          new ByteLoop("two", "Up to 128 classes.", 2, false, ROWS),
          new ByteLoop("twoSigned", "Up to 128 classes with signs.", 2, true, ROWS),
          new ByteLoop("four", "Up to 256 classes, for half the rows.", 4, false, ROWS / 2));

  private static final String FILE =
      """
      /**
       * The inner loops of {@link RegisterSums}: {@link #ROWS} rows by {@link #LANES} lanes. For each
       * term, a row's offset says where the registers with the digits lie that lanes choose from by their
       * classes. Digits of a group of terms are added as bytes; then all bytes, as 16-bit numbers, are
       * added to one vector of sums, and the odd bytes alone to the other.
       *
       * <p>{@code lanes} is the address of the classes of the first term's lanes, {@code step} the
       * distance to the next term's, {@code sign} where the masks lie behind them that complement the
       * digits of negative lanes; {@code offsets} is the address of the first row's first offset of 32
       * bits, {@code rowBytes} the distance to the next row's, {@code length} and {@code group} how many
       * bytes of offsets there are in all and in a group.
       *
       * <p>More vector operations in one method exceed the compiler's limit of nodes, and vectors become
       * objects.
       */
      @InPhase(Phase.PRODUCTS)
      final class ByteLookups {
        /** Lanes of a vector of bytes. */
        static final int LANES = 64;

        /** Rows that are summed together; where lanes choose from four registers, in two halves. */
        static final int ROWS = {rows};

        /** Bytes of a row's sums: of all bytes, and of the odd ones. */
        static final int SUM_BYTES = 2 * LANES;

        static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_512;
        static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;

        private static final long OFFSET = Integer.MAX_VALUE;

        private ByteLookups() {}
        {loops}
      }
      """;

  private static final String LOOP =
      """

      /** {doc} */
      static void {name}(
          long lanes,
          int step,
          {signParameter}
          long digits,
          long offsets,
          int rowBytes,
          int length,
          int group,
          long sums) {
        long x = lanes & ADDRESS;
        {signOffset}
        long t = digits & ADDRESS;
        {starts}
        long k = 0;
        while (k != length) {
          long stop = k + group & OFFSET;
          {first}
          while (k != stop) {
            {next}
          }
          {widening}
        }
        {ends}
      }
      """;

  private static final String SIGN_OFFSET = "long mask = sign & OFFSET;";

  private static final String STARTS =
      """
      long w{r} = {offsets} & ADDRESS;
      """;

  private static final String SUMS =
      """
      ShortVector p{r} = ShortVector.fromMemorySegment(SHORTS, ALL, {sums}, ORDER);
      ShortVector q{r} = ShortVector.fromMemorySegment(SHORTS, ALL, {sums} + LANES, ORDER);
      """;

  private static final String WIDENING =
      """
      p{r} = y{r}.reinterpretAsShorts().add(p{r});
      q{r} = y{r}.reinterpretAsShorts().lanewise(LSHR, Byte.SIZE).add(q{r});
      """;

  private static final String ENDS =
      """
      ShortVector.zero(SHORTS).add(p{r}).intoMemorySegment(ALL, {sums}, ORDER);
      ShortVector.zero(SHORTS).add(q{r}).intoMemorySegment(ALL, {sums} + LANES, ORDER);
      """;

  /** The first term's names start with c, those of the others with d. */
  private static final String TERM =
      """
      ByteVector {x} = ByteVector.fromMemorySegment(BYTES, ALL, x, ORDER);
      {mask}
      {addresses}
      {products}
      x = x + step & ADDRESS;
      k = k + Integer.BYTES & OFFSET;
      """;

  private static final String SIGN =
      "ByteVector {x}Mask = ByteVector.fromMemorySegment(BYTES, ALL, x + mask, ORDER);";

  private static final String UPPER = "VectorMask<Byte> {x}Upper = {x}.lt((byte) 0);";

  private static final String ADDRESS_OF = "long {x}{r} = t + (ALL.get(INT, w{r} + k) & OFFSET);";

  private static final String TABLE =
      "ByteVector {x}{r}{i} = ByteVector.fromMemorySegment(BYTES, ALL, {at}, ORDER);\n";

  private ByteLookupsSource() {}

  static SourceFile file() {
    return new SourceFile(Rooms.REGISTER, "ByteLookups")
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "INT", "ORDER")
        .importMembers("jdk.incubator.vector.VectorOperators", "LSHR", "XOR")
        .importTypes("fp8sim.kernel", "InPhase", "Phase")
        .importTypes("jdk.incubator.vector", "ByteVector", "ShortVector")
        .importTypes("jdk.incubator.vector", "VectorMask", "VectorSpecies")
        .text(fill(FILE, Map.of("rows", "" + ROWS, "loops", each(LOOPS, ByteLookupsSource::loop))));
  }

  private static String loop(ByteLoop loop) {
    return fill(
        LOOP,
        Map.of(
            "doc", loop.doc(),
            "name", loop.name(),
            "signParameter", loop.signed() ? "int sign," : "",
            "signOffset", loop.signed() ? SIGN_OFFSET : "",
            "starts", rows(loop, STARTS) + "long s = sums & ADDRESS;\n" + rows(loop, SUMS),
            "first", term(loop, "c", true),
            "next", term(loop, "d", false),
            "widening", rows(loop, WIDENING),
            "ends", rows(loop, ENDS)));
  }

  /** The lines for each row, row by row. */
  private static String rows(ByteLoop loop, String lines) {
    return each(
        loop.rows(),
        r ->
            fill(
                lines,
                Map.of(
                    "r", "" + r,
                    "sums", sum("s", times(r, "SUM_BYTES")),
                    "offsets", sum("offsets", r < 2 ? times(r, "rowBytes") : r + "L * rowBytes"))));
  }

  private static String term(ByteLoop loop, String x, boolean first) {
    List<Map<String, String>> rows =
        IntStream.range(0, loop.rows()).mapToObj(r -> Map.of("x", x, "r", "" + r)).toList();
    String mask = loop.signed() ? SIGN : loop.registers() == 4 ? UPPER : "";
    return fill(
        TERM,
        Map.of(
            "x", x,
            "mask", fill(mask, Map.of("x", x)),
            "addresses", repeatLines(ADDRESS_OF, rows),
            "products", each(loop.rows(), r -> product(loop, x, r, first))));
  }

  private static String product(ByteLoop loop, String x, int r, boolean first) {
    String tables =
        each(
            loop.registers(),
            i ->
                fill(
                    TABLE,
                    Map.of(
                        "x",
                        x,
                        "r",
                        "" + r,
                        "i",
                        Character.toString('a' + i),
                        "at",
                        sum(x + r, times(i, "LANES")))));
    String t = x + r;
    String digit =
        switch (loop.registers()) {
          case 1 -> "%s.selectFrom(%sa)".formatted(x, t);
          case 2 -> "%1$s.selectFrom(%2$sa, %2$sb)".formatted(x, t);
          default ->
              "%1$s.selectFrom(%2$sa, %2$sb).blend(%1$s.selectFrom(%2$sc, %2$sd), %1$sUpper)"
                  .formatted(x, t);
        };
    String signed = loop.signed() ? digit + ".lanewise(XOR, " + x + "Mask)" : digit;
    String y = "y" + r;
    String sum =
        first ? "ByteVector " + y + " = " + signed + ";" : y + " = " + signed + ".add(" + y + ");";
    return tables + sum + "\n";
  }
}
