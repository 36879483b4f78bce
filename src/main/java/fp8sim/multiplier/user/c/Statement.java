package fp8sim.multiplier.user.c;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement. */
sealed interface Statement {
  /** Statements one after the other. */
  record Block(List<Statement> statements) implements Statement {}

  /** Computes something for its effect. */
  record Evaluation(Expression expression) implements Statement {}

  /** A variable comes into being, without a value. */
  record Declaration(Expression.Variable variable) implements Statement {}

  /** An array comes into being, all zero. */
  record ArrayDeclaration(CArray array) implements Statement {}

  /** One of two statements. */
  record Choice(Expression test, Statement then, @Nullable Statement otherwise)
      implements Statement {}

  /**
   * A loop.
   *
   * @param test whether it goes on
   * @param testsFirst whether it is tested before the first time
   * @param next computed after each time
   */
  record Loop(
      Expression test, boolean testsFirst, Statement body, @Nullable Expression next, int line)
      implements Statement {}

  /** Ends the innermost loop. */
  record Break() implements Statement {}

  /** Ends this time of the innermost loop. */
  record Continue() implements Statement {}

  /** Ends the function with a value of its type. */
  record Return(Expression value) implements Statement {}
}
