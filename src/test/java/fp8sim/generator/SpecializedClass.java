package fp8sim.generator;

import java.util.Map;

/**
 * A class of which each float math has a copy: {@code Specialized} loads its file once for each,
 * with a constant {@code FUSED} that tells the copies apart.
 */
final class SpecializedClass {
  private static final String CLASS =
      """
      /** The {what} of one float math; {@link Specialized} makes a class of it for each. */
      @InPhase(Phase.PRODUCTS)
      @SuppressWarnings("UnusedVariable") // tiles of all shapes take the same parameters
      final class {name} extends {parent} {
        /** Which of the two this class computes: {@link FloatMath#FUSED} or not. */
        private static final boolean FUSED =
            Specialized.floatMath(MethodHandles.lookup()) == FloatMath.FUSED;
        {methods}
      }
      """;

  private SpecializedClass() {}

  /**
   * The file of a class.
   *
   * @param what the class computes, in one word
   * @param name of the class: {@code Float}, and the name of what it extends
   * @param methods of the class, with an empty line before each
   */
  static SourceFile file(String room, String what, String name, String methods) {
    String parent = name.substring("Float".length());
    return new SourceFile(room, name)
        .importTypes(Rooms.VECTOR, "Specialized")
        .importTypes("fp8sim.kernel", "InPhase", "Phase")
        .importTypes("fp8sim.numerics", "FloatMath")
        .importTypes("java.lang.invoke", "MethodHandles")
        .importTypes("jdk.incubator.vector", "FloatVector")
        .text(
            Template.fill(
                CLASS, Map.of("what", what, "name", name, "parent", parent, "methods", methods)));
  }
}
