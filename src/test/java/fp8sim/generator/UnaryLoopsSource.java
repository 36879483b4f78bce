package fp8sim.generator;

import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.List;
import java.util.Map;

/** Functions of one argument that are a short expression. */
final class UnaryLoopsSource {
  /**
   * A loop.
   *
   * @param parameters of the function, beside its argument
   * @param result for a vector {@code v} of arguments
   */
  private record UnaryLoop(String name, String parameters, String result) {}

  private static final List<UnaryLoop> LOOPS =
      List.of(
          new UnaryLoop("abs", "", "v.abs()"),
          new UnaryLoop("clamp", ", float least, float most", "v.max(least).min(most)"),
          new UnaryLoop(
              "hardSigmoid", ", float alpha, float beta", "v.mul(alpha).add(beta).min(1f).max(0f)"),
          new UnaryLoop("leakyRelu", ", float alpha", "v.mul(alpha).blend(v, v.compare(GE, 0f))"),
          new UnaryLoop("negate", "", "v.neg()"),
          new UnaryLoop("reciprocal", "", "FloatVector.broadcast(SPECIES, 1f).div(v)"),
          new UnaryLoop("relu", "", "v.max(0f)"),
          new UnaryLoop("scale", ", float factor", "v.mul(factor)"),
          new UnaryLoop("softsign", "", "v.div(v.abs().add(1f))"),
          new UnaryLoop("sqrt", "", "v.sqrt()"));

  private static final String FILE =
      """
      /**
       * {@code y[i] = f(x[i])} for functions of a few operations, on vectors of float32; x and y are
       * addresses, often equal.
       */
      final class UnaryLoops {
        private UnaryLoops() {}
        {loops}
      }
      """;

  private static final String LOOP =
      """

      static void {name}(long x, long y, int vectors{parameters}) {
        for (int i = 0; i < vectors; i++) {
          long at = (long) i * VECTOR;
          FloatVector v = Memory.load(x + at);
          Memory.store(y + at, {result});
        }
      }
      """;

  private UnaryLoopsSource() {}

  static SourceFile file() {
    return new SourceFile(Rooms.VECTOR, "UnaryLoops")
        .importMembers(Rooms.VECTOR + ".Memory", "SPECIES", "VECTOR")
        .importMembers("jdk.incubator.vector.VectorOperators", "GE")
        .importTypes("jdk.incubator.vector", "FloatVector")
        .text(fill(FILE, Map.of("loops", each(LOOPS, UnaryLoopsSource::loop))));
  }

  private static String loop(UnaryLoop loop) {
    return fill(
        LOOP,
        Map.of(
            "name", loop.name(),
            "parameters", loop.parameters(),
            "result", loop.result()));
  }
}
