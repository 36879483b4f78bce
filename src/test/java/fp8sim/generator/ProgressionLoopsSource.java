package fp8sim.generator;

import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.List;
import java.util.Map;

/** Loops that lay tables out by a progression: for each type, for one sign and both. */
final class ProgressionLoopsSource {
  private record LayoutLoop(
      String name, String type, String species, String element, String signed, boolean bothSigns) {}

  /** A product of 16 bits takes one instruction, of 32 bits two. */
  private static final String BY_PRODUCT = "mul(sign)";

  private static final String BY_BITS = "lanewise(XOR, mask).sub(mask)";

  private static final List<LayoutLoop> LOOPS =
      List.of(
          new LayoutLoop("layShorts", "ShortVector", "SHORTS", "(short) ", BY_PRODUCT, false),
          new LayoutLoop(
              "layShortsOfBothSigns", "ShortVector", "SHORTS", "(short) ", BY_PRODUCT, true),
          new LayoutLoop("layInts", "IntVector", "INTS", "", BY_BITS, false),
          new LayoutLoop("layIntsOfBothSigns", "IntVector", "INTS", "", BY_BITS, true));

  private static final String FILE =
      """
      /**
       * Lays tables out by a {@link TableProgression}: from the first vector of products of each fraction
       * the others, exponent by exponent. A mask of ones in a lane negates its products.
       */
      @InPhase(Phase.TABLES)
      final class ProgressionLoops {
        private ProgressionLoops() {}
        {loops}
      }
      """;

  private static final String LOOP =
      """

      static void {name}(`TableProgression law, int exponents, long starts, long masks, long table{parameter}) {
        {type} zero = {type}.zero({species});
        {type} largest = {type}.broadcast({species}, {element}law.largest());
        {type} step = {type}.broadcast({species}, {element}law.step());
        {type} mask = {type}.fromMemorySegment({species}, ALL, masks & ADDRESS, ORDER);
        {sign}
        long next = (long) law.classes() * BYTES;
        long start = starts & ADDRESS;
        long first = table & ADDRESS;
        for (long last = start + next & ADDRESS; start != last; start = start + BYTES & ADDRESS) {
          {type} v = {type}.fromMemorySegment({species}, ALL, start, ORDER);
          long to = first;
          for (long end = to + exponents * next & ADDRESS; to != end; to = to + next & ADDRESS) {
            v = v.min(largest);
            {type} product = v.max(zero).{signed};
            product.intoMemorySegment(ALL, to, ORDER);
            {negative}
            v = v.add(v.max(step));
          }
          first = first + BYTES & ADDRESS;
        }
      }
      """;

  private ProgressionLoopsSource() {}

  static SourceFile file() {
    return new SourceFile(Rooms.CODED, "ProgressionLoops")
        .importMembers(Rooms.CODED + ".TableVectors", "BYTES", "INTS", "SHORTS")
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "ORDER")
        .importMembers("jdk.incubator.vector.VectorOperators", "XOR")
        .importTypes("fp8sim.kernel", "InPhase", "Phase")
        .importTypes("jdk.incubator.vector", "IntVector", "ShortVector")
        .text(fill(FILE, Map.of("loops", each(LOOPS, ProgressionLoopsSource::loop))));
  }

  private static String loop(LayoutLoop loop) {
    return fill(
        LOOP,
        Map.of(
            "name", loop.name(),
            "type", loop.type(),
            "species", loop.species(),
            "element", loop.element(),
            "sign",
                loop.signed().equals(BY_PRODUCT) ? "ShortVector sign = mask.or((short) 1);" : "",
            "signed", loop.signed(),
            "parameter", loop.bothSigns() ? ", long negative" : "",
            "negative",
                loop.bothSigns()
                    ? "zero.sub(product).intoMemorySegment(ALL, to + negative & ADDRESS, ORDER);"
                    : ""));
  }
}
