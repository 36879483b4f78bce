package fp8sim.generator;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Java expressions as a person would write them: without terms and factors that change nothing. */
final class Expressions {
  private Expressions() {}

  /** A sum of those terms that are not empty, 0 if there is none. */
  static String sum(String... terms) {
    String sum =
        Stream.of(terms).filter(term -> !term.isEmpty()).collect(Collectors.joining(" + "));
    return sum.isEmpty() ? "0" : sum;
  }

  /** A multiple of a name, as a term of a {@link #sum}. */
  static String times(int factor, String name) {
    return factor == 0 ? "" : factor == 1 ? name : factor + " * " + name;
  }

  /** Those bits of an expression that are in a mask. */
  static String masked(String expression, String mask) {
    boolean single = !expression.contains(" ");
    return (single ? expression : "(" + expression + ")") + " & " + mask;
  }

  /**
   * A sum to which a product is added: rounded once where the copy of the class is that of the
   * fused float math, else twice. Broken softly, as a {@link Template}.
   */
  static String multiplyAdd(String x, String weight, String sum) {
    return "FUSED` ? %1$s.fma(%2$s, %3$s)` : %1$s.mul(%2$s).add(%3$s)".formatted(x, weight, sum);
  }
}
