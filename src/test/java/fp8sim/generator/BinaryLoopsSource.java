package fp8sim.generator;

import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.List;
import java.util.Map;

/** Functions of two arguments that are a short expression. */
final class BinaryLoopsSource {
  /**
   * A loop.
   *
   * @param result for vectors {@code a} and {@code b} of arguments
   */
  private record BinaryLoop(String name, String result) {}

  private static final List<BinaryLoop> LOOPS =
      List.of(
          new BinaryLoop("add", "a.add(b)"),
          new BinaryLoop("subtract", "a.sub(b)"),
          new BinaryLoop("multiply", "a.mul(b)"),
          new BinaryLoop("divide", "a.div(b)"),
          new BinaryLoop("max", "a.max(b)"),
          new BinaryLoop("min", "a.min(b)"),
          new BinaryLoop("prelu", "b.mul(a).blend(a, a.compare(GE, 0f))"));

  private static final String FILE =
      """
      /**
       * {@code y[i] = f(left[i], right[i])} for functions of a few operations, on vectors of float32.
       * Steps from vector to vector of an operand are {@link Memory#VECTOR}, or 0 for one that is a
       * single vector.
       */
      final class BinaryLoops {
        private BinaryLoops() {}
        {loops}
      }
      """;

  private static final String LOOP =
      """

      static void {name}(`long left, long leftStep, long right, long rightStep, long y, int vectors) {
        for (int i = 0; i < vectors; i++) {
          FloatVector a = Memory.load(left + i * leftStep);
          FloatVector b = Memory.load(right + i * rightStep);
          Memory.store(y + (long) i * VECTOR, {result});
        }
      }
      """;

  private BinaryLoopsSource() {}

  static SourceFile file() {
    return new SourceFile(Rooms.VECTOR, "BinaryLoops")
        .importMembers(Rooms.VECTOR + ".Memory", "VECTOR")
        .importMembers("jdk.incubator.vector.VectorOperators", "GE")
        .importTypes("jdk.incubator.vector", "FloatVector")
        .text(fill(FILE, Map.of("loops", each(LOOPS, BinaryLoopsSource::loop))));
  }

  private static String loop(BinaryLoop loop) {
    return fill(LOOP, Map.of("name", loop.name(), "result", loop.result()));
  }
}
